"""The LSTM's gates over one sequence, as plain text and as a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from signdecoder.core.text import columns, cut, percent, printable, width
from signdecoder.reports.gate_values import VALUES, Value

if TYPE_CHECKING:
    from signdecoder.analysis.gate_trace import CarriedState, GateTrace
    from signdecoder.lstm.cell import Floats


# In the notation of the literature; x is the input, W, U and b were learned.
WHEN_NOT_WHY = "when the network stores, keeps and shows something, not why"
NO_RULE = "This is only the leading candidate: no rule fits the plays yet."
NO_CANDIDATE = "nothing to show yet: no pair of signals has half of the LSTM's vote"

_UNITS = 6  # rows of a map
_LABEL = 8  # columns of a row's name
_GAP = "  "
_ACROSS = ((3, 4), (2, 3), (1, 1))  # maps side by side, and the least columns a signal for that
_MOST_CELL = 6
_TITLE = 14  # columns that a map's title takes
_SHADES = "·░▒▓█"
_BARS = "·▁▂▃▄▅▆▇█"
_DIGITS = 4  # of a value in a document


def format_gates(trace: GateTrace | None, wide: int = 80) -> list[str]:
    """Format the gates: what is carried, a map of each value, the equations.

    A row is a unit, a column is a signal. A fuller block is a larger value. A minus before a block
    marks a negative value.

    Parameters
    ----------
    trace : GateTrace or None
        The trace of a sequence; None if no pair of signals leads the vote.
    wide : int, optional
        Most columns of a line, if that leaves one for each signal.

    Returns
    -------
    list of str
        The lines.
    """
    if trace is None:
        return _fold(f"gates: {NO_CANDIDATE}", wide)
    across, cell = _fit(len(trace.signals), wide)
    units = trace.units_by_effect()[:_UNITS]
    maps = [_map_lines(trace, value, units, cell) for value in VALUES]
    lines = [*_fold(headline(trace), wide), *_fold(f"The gates show {WHEN_NOT_WHY}.", wide), ""]
    lines += [_names_line(trace, cell), _shown_line(trace, cell)]
    if trace.carried is not None:
        lines += _rows("ΔC", trace.delta_c, units, cell, signed=True)
    lines += [line for sentence in carried_sentences(trace) for line in _fold(sentence, wide)]
    for begin in range(0, len(maps), across):
        beside = maps[begin : begin + across]
        lines += ["", *(_GAP.join(parts).rstrip() for parts in zip(*beside, strict=True))]
    lines += ["", *_equation_lines(wide)]
    lines += _fold(
        "σ(z) = 1/(1 + e^-z); ⊙ multiplies unit by unit; t-1 is the signal before. A full block is"
        f" 1, or the largest value of its map. Of {_units_of(trace)} units, the maps show those"
        " that carry most of ΔC to the live signal.",
        wide,
    )
    return lines


def headline(trace: GateTrace) -> str:
    """Name the candidate whose view of the sequence is shown, and its rule.

    Parameters
    ----------
    trace : GateTrace
        The trace of a sequence.

    Returns
    -------
    str
        One or two sentences.
    """
    c = trace.candidate
    pair = printable(c.key) if c.key == c.live else f"{printable(c.key)} → {printable(c.live)}"
    rule = f": {printable(c.rule)}" if c.rule else ": a feature that the network learned by itself."
    head = f"{pair}, {percent(c.share)} of the LSTM's vote{rule}"
    return head if trace.has_rule else f"{head} {NO_RULE}"


def carried_sentences(trace: GateTrace) -> list[str]:
    """Say what the cell state carries to the live signal, and when the rule shows.

    Parameters
    ----------
    trace : GateTrace
        The trace of a sequence.

    Returns
    -------
    list of str
        One sentence if nothing is carried, else three.
    """
    c, carried = trace.candidate, trace.carried
    if carried is None:
        names = dict.fromkeys((c.key, c.live) if c.either else (c.key,))
        which = " or ".join(map(printable, names))
        return [f"Nothing is carried: {which} does not come before the last signal."]
    first, last = (printable(trace.signals[n]) for n in (carried.start, carried.end))
    to = f'"{last}" (signal {carried.end + 1})' if carried.found else "the end"
    sentences = [
        f'{percent(carried.kept_in_all)} of what "{first}" (signal {carried.start + 1}) stored is'
        f" still there at {to} ({percent(carried.share_in_all)} of the memory).",
        f'ΔC is the effect of "{first}": C minus the C that a decoy in its place would give.'
        f' It is 0 before "{first}"{_brings(trace, carried)}.',
    ]
    return [*sentences, _shows_sentence(trace)]


def _brings(trace: GateTrace, carried: CarriedState) -> str:
    unit = trace.units_by_effect()[0]
    place = max(carried.start, carried.end - 1)
    value = signed(float(trace.delta_c[place, unit]))
    before = printable(trace.signals[carried.end])
    arrives = f'when "{before}" comes' if carried.found else "before the last signal"
    return f" and largest in unit {unit} {arrives}: {value}"


def _shows_sentence(trace: GateTrace) -> str:
    shown = [float(p) for p in trace.shown]
    place = next((n for n, p in enumerate(shown) if p >= 0.5), None)
    if place is None:
        return f"The rule never shows (at most {percent(max(shown))})."
    before = f"{percent(shown[place - 1])} before it, " if place else ""
    name = printable(trace.signals[place])
    after = f"{before}{percent(shown[place])} with it"
    return f'The rule shows from "{name}" (signal {place + 1}) on: {after}.'


def signed(value: float) -> str:
    """Format a value with two decimals and its sign.

    Parameters
    ----------
    value : float
        The value.

    Returns
    -------
    str
        The text, with a true minus.

    Examples
    --------
    >>> signed(-1.02)
    '−1.02'
    """
    return f"{value:+.2f}".replace("-", "−")


def _equation_lines(wide: int) -> list[str]:
    """List the six equations, each with its meaning beside it or, if too wide, below it."""
    beside = columns([(value.equation, value.does) for value in VALUES], "<<")
    if max(map(width, beside)) <= wide:
        return beside
    return [line for value in VALUES for line in (value.equation, f"  {value.does}")]


# --- maps -----------------------------------------------------------------------------------------


def _fit(signals: int, wide: int) -> tuple[int, int]:
    """Return how many maps fit side by side, and how many columns a signal has."""
    for across, least in _ACROSS:
        room = (wide + len(_GAP)) // across - len(_GAP)
        cell = (room - _LABEL) // signals
        if cell >= least and room >= _TITLE:
            return across, min(cell, _MOST_CELL)
    return 1, 1


def _map_lines(trace: GateTrace, value: Value, units: Sequence[int], cell: int) -> list[str]:
    wide = max(_TITLE, _LABEL + cell * len(trace.signals))
    title = f"{value.symbol}  {value.name}"
    values = getattr(trace.gates, value.field)
    rows = _rows("unit", values, units, cell, signed=value.signed)
    lines = [title, _names_line(trace, cell), *rows]
    return [line + " " * (wide - width(line)) for line in lines]


def _rows(name: str, values: Floats, units: Sequence[int], cell: int, *, signed: bool) -> list[str]:
    most = max(1.0, float(abs(values[:, units]).max()))
    return [
        f"{f'{name} {unit}':<{_LABEL}}"
        + "".join(_block(float(value) / most, cell, signed) for value in values[:, unit])
        for unit in units
    ]


def _block(share: float, cell: int, signed: bool) -> str:
    """Draw a value from -1 to 1 as a block of ``cell`` columns."""
    shade = _SHADES[min(len(_SHADES) - 1, round(abs(share) * (len(_SHADES) - 1)))]
    if cell == 1:
        return shade
    minus = "−" if signed and share < 0 and shade != _SHADES[0] else " "
    return minus + shade * (cell - 1)


def _names_line(trace: GateTrace, cell: int) -> str:
    """Write the signals above their columns, cut to fit; one column has room for a letter."""
    room = max(1, cell - 1)
    names = [cut(printable(name), room) for name in trace.signals]
    return " " * _LABEL + "".join(" " * (cell - width(name)) + name for name in names)


def _shown_line(trace: GateTrace, cell: int) -> str:
    bars = [_BARS[round(float(p) * (len(_BARS) - 1))] * max(1, cell - 1) for p in trace.shown]
    return f"{'rule':<{_LABEL}}" + "".join(" " * (cell - len(bar)) + bar for bar in bars)


def _fold(text: str, wide: int) -> list[str]:
    """Break text between words into lines of at most ``wide`` columns."""
    lines, line = [], ""
    for word in text.split():
        if line and width(line) + 1 + width(word) > wide:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _units_of(trace: GateTrace) -> int:
    return int(trace.gates.cell.shape[1])


# --- document -------------------------------------------------------------------------------------


def gate_document(trace: GateTrace | None) -> dict[str, Any] | None:
    """Return the trace as a JSON document; positions count from 1.

    Parameters
    ----------
    trace : GateTrace or None
        The trace of a sequence.

    Returns
    -------
    dict or None
        The document: for each value a list per signal, with a number per unit.
    """
    if trace is None:
        return None
    c, carried = trace.candidate, trace.carried
    return {
        "candidate": {
            "pair": [c.key, c.live], "parts": list(c.parts), "share": round(c.share, _DIGITS),
            "rule": c.rule or None, "borne_out": trace.has_rule,
        },
        "signs": list(trace.signals),
        **{value.key: _round(getattr(trace.gates, value.field)) for value in VALUES},
        "shown": _round(trace.shown),
        "carried": carried and {
            "from": carried.start + 1, "to": carried.end + 1, "live_signal_came": carried.found,
            "kept": _round(carried.kept), "share": _round(carried.share),
            "kept_in_all": round(carried.kept_in_all, _DIGITS),
            "share_in_all": round(carried.share_in_all, _DIGITS),
            "delta_c": _round(trace.delta_c),
        },
        "trace_of": WHEN_NOT_WHY,
    }  # fmt: skip


def _round(values: Floats) -> Any:
    """Round an array to nested lists of numbers with few digits."""
    return [_round(value) if value.ndim else round(float(value), _DIGITS) + 0.0 for value in values]
