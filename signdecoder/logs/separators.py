"""What stands between two signals, decided for a whole file by which signals then recur."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, log2

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.missed import PLACEHOLDERS, spell_missed, split_missed
from signdecoder.core.names import fold, quote
from signdecoder.core.sequences import SEPARATORS, split_characters, split_sequence
from signdecoder.core.text import count

Split = Callable[[str], list[str]]

# Marks that people put between signals, by the name that the notes and --separator use.
MARKS: dict[str, str] = {
    "->": r"-+>|=+>|[\u2192\u21d2\u2794\u279c\u27f6\uff1e]|>",
    ",": r"[,\uff0c\u3001]",
    "|": r"[|\uff5c]",
    ";": r"[;\uff1b]",
    "/": r"[/\uff0f]",
    "+": r"[+\uff0b]",
    "\N{MIDDLE DOT}": r"[\u00b7\u2022\u30fb\u2219]",
    " - ": r"(?<=\s)[-\u2010\u2011\u2013\u2014\uff0d](?=\s)",
    "-": r"[-\u2010\u2011\u2013\u2014\uff0d]",
    ".": r"[.\uff0e]",
    ":": r"[:\uff1a]",
    "_": r"_",
    "then": r"\bthen\b",
    "and": r"\band\b",
}
_FORMS = {name: re.compile(form, re.I) for name, form in MARKS.items()}
_NAMED = {"comma": ",", "hyphen": "-", "dash": "-", "arrow": "->", "slash": "/", "dot": "."}
_OPENERS = {"[": "]", "(": ")", "{": "}"}
_FEWEST = 5  # plays from which a reading can look wrong as a whole
_MOST_CELLS = 5_000  # different cells that a decision looks at
_ALONE = 0.9  # share of plays of one signal from which a reading looks wrong
_MIXED = 0.6  # share of the bits from which two separators at once are suspected


@dataclass(frozen=True, slots=True)
class Separator:
    """How the sequences of a file are split.

    Attributes
    ----------
    name : str
        What stands between two signals, in words.
    split : callable
        Splits a cell into the names and placeholders of its signals.
    notes : tuple of str
        What was assumed.
    """

    name: str
    split: Split
    notes: tuple[str, ...] = ()


def choose_separator(cells: Sequence[str], given: str | None, compact: bool) -> Separator:
    """Decide how the sequences of a file are split.

    Parameters
    ----------
    cells : sequence of str
        The cells of the column of sequences.
    given : str or None
        What the user says stands between two signals; ``space`` and ``none`` are words for it.
    compact : bool
        Whether each character is a signal.

    Returns
    -------
    Separator
        How to split.

    Raises
    ------
    SigndecoderError
        If no reading is plausible, or two are.

    Examples
    --------
    >>> choose_separator(["cap-belt-ear", "ear-cap", "belt-ear"], None, False).name
    '-'
    """
    if compact or (given is not None and fold(given) in ("none", "")):
        return Separator("none", split_characters)
    if given is not None:
        return Separator(given, splitter_at(given))
    if cells and all(cell.rstrip().endswith(">") for cell in cells):
        return Separator("", split_sequence)  # nothing is left to decide
    amounts = Counter(cell.strip() for cell in cells if cell.strip())
    sample = Counter(dict(list(amounts.items())[:_MOST_CELLS]))
    if not sample:
        return Separator("", split_sequence)
    usual = _Trial("", split_sequence, sample)
    if usual.is_plausible:
        return _keep_usual(usual, amounts)
    others = [trial for trial in _try_others(sample) if trial.is_better_than(usual)]
    if others:
        best = min(others, key=lambda trial: trial.bits)
        return Separator(best.name, _with_exceptions(best), (_say(best),))
    return _keep_doubtful(usual, amounts)


def splitter_at(mark: str) -> Split:
    """Return what splits a cell at a mark.

    Parameters
    ----------
    mark : str
        A name of `MARKS`, ``space``, or any other text.

    Returns
    -------
    callable
        It returns the parts of a cell, and raises SigndecoderError for an empty part.
    """
    name = _NAMED.get(fold(mark), mark)
    if name.isspace() or fold(name) == "space":
        return lambda cell: _spell(cell).split()
    key = name if name in _FORMS else fold(name)
    form = _FORMS[key] if key in _FORMS else re.compile(re.escape(name.strip()), re.I)

    def _split(cell: str) -> list[str]:
        """Return the parts of a cell."""
        parts = form.split(_spell(cell))
        if len(parts) > 1 and not parts[-1].strip():
            del parts[-1]
        if not all(part.strip() for part in parts):
            raise SigndecoderError(
                f"the sequence {quote(cell)} has an empty part between its {quote(name)}",
                "write the signal or delete the separator",
            )
        return [part.strip() for part in parts]

    return _split


class _Trial:
    """One way to split the cells of a file, and how plausible its signals are."""

    def __init__(self, name: str, split: Split, amounts: Counter[str]) -> None:
        self.name = name
        self.split = split
        plays: list[tuple[list[str], int]] = []
        self.n_failed = 0
        for cell, amount in amounts.items():
            try:
                own = [fold(part) for name in split(cell) for part in split_missed(name)]
                plays.append((own, amount))
            except SigndecoderError:
                self.n_failed += amount
        self.n_plays = sum(amount for _, amount in plays)
        self.n_alone = sum(amount for own, amount in plays if len(own) == 1)
        self.uses: Counter[str] = Counter()  # of each signal
        self.n_plays_with: Counter[str] = Counter()
        for own, amount in plays:
            for signal in own:
                self.uses[signal] += amount
            for signal in set(own):
                self.n_plays_with[signal] += amount
        for mark in PLACEHOLDERS:
            del self.uses[mark], self.n_plays_with[mark]
        self.n_uses = self.uses.total()
        self.n_marred = sum(n for own, n in plays if len(own) > 1 and any(map(_is_marred, own)))
        self.n_signals = len(self.uses)

    @property
    def is_alone(self) -> bool:
        """Return whether nearly every play is one signal."""
        return self.n_alone >= _ALONE * self.n_plays

    @property
    def is_single(self) -> bool:
        """Return whether most signals occur in one play only."""
        if self.n_plays < _FEWEST:
            return False
        once = sum(1 for amount in self.n_plays_with.values() if amount == 1)
        return 2 * once > self.n_uses

    @property
    def is_marred(self) -> bool:
        """Return whether marks stick to most signals, or stand for signals."""
        several = self.n_plays - self.n_alone
        return several > 0 and 2 * self.n_marred >= several

    @property
    def is_plausible(self) -> bool:
        """Return whether the signals recur, and most plays have several."""
        return not (self.n_plays == 0 or self.is_alone or self.is_single or self.is_marred)

    @property
    def bits(self) -> float:
        """Return the length of a description of the file: its names, then each use of them."""
        if not self.n_plays:
            return inf
        names = sum(5.0 * (len(name) + 1) for name in self.uses)
        total = self.n_uses + self.n_plays
        uses = sum(-amount * log2(amount / total) for amount in self.uses.values())
        return names + uses - self.n_plays * log2(self.n_plays / total)

    def is_better_than(self, usual: _Trial) -> bool:
        """Return whether this way explains the file, and in fewer bits."""
        return (
            self.is_plausible
            and self.n_failed <= usual.n_failed + self.n_plays // 10
            and (usual.is_marred or self.bits < usual.bits)
        )


def _is_marred(signal: str) -> bool:
    """Return whether a name is nothing but marks or a joining word, or ends with a mark."""
    if signal in PLACEHOLDERS:
        return False
    return (
        signal in ("then", "and")
        or signal[0] in "[({,;/+-–—→>|·•'\""
        or signal[-1] in "])},;/+-–—→>|·•'\":."
    )


def _try_others(amounts: Counter[str]) -> list[_Trial]:
    """Try each mark that occurs in the cells, lists, and one character for each signal."""
    spelled = {cell: _spell(cell) for cell in amounts}
    trials = [
        _Trial(name, splitter_at(name), amounts)
        for name, form in _FORMS.items()
        if any(form.search(cell) for cell in spelled.values())
    ]
    trials.append(_Trial("list", split_list, amounts))
    words = [cell for cell in spelled.values() if cell]
    if all(_is_compact(cell) for cell in words) and len(words) >= _FEWEST:
        trials.append(_Trial("none", split_characters, amounts))
    return trials


def _is_compact(cell: str) -> bool:
    """Return whether a cell may have one character for each signal: letters or digits alone."""
    plain = re.sub(r"[?…\s]", "", cell)
    return plain.isalpha() or plain.isdecimal()


def split_list(cell: str) -> list[str]:
    """Split a list as programs write it.

    Parameters
    ----------
    cell : str
        The cell.

    Returns
    -------
    list of str
        Its parts without their quotes. A cell without brackets is a sequence as usual.

    Examples
    --------
    >>> split_list("['cap', 'left ear']"), split_list("[cap belt]")
    (['cap', 'left ear'], ['cap', 'belt'])
    """
    text = cell.strip()
    if len(text) < 2 or _OPENERS.get(text[0]) != text[-1]:
        return split_sequence(cell)
    quoted = re.findall(r"'([^']*)'|\"([^\"]*)\"", text)
    if quoted:
        return [one or two for one, two in quoted]
    return split_sequence(text[1:-1])


def _keep_usual(usual: _Trial, amounts: Counter[str]) -> Separator:
    """Return the usual reading, unless a second separator stands between the signals too."""
    if usual.n_plays >= 8:
        both = [
            _Trial(name, _split_both(name), amounts)
            for name in MARKS
            if name not in ("->", ",", "|", "then", "and")
            and any(_FORMS[name].search(signal) for signal in usual.uses)
        ]
        for trial in both:
            if trial.is_plausible and trial.bits < _MIXED * usual.bits:
                shown = next(s for s in usual.uses if _FORMS[trial.name].search(s))
                raise SigndecoderError(
                    f"{quote(shown)} may be one signal or several",
                    f'say which with --separator: "{trial.name}" or the one beside it',
                )
    return Separator("", _with_exceptions(usual))


def _split_both(name: str) -> Split:
    """Return what splits at the usual separator and at a mark."""
    inner = splitter_at(name)
    return lambda cell: [part for outer in split_sequence(cell) for part in inner(outer)]


def _keep_doubtful(usual: _Trial, amounts: Counter[str]) -> Separator:
    """Return the usual reading with a note, or refuse it if marks make it look wrong."""
    if usual.n_plays == 0:
        return Separator("", split_sequence)
    shown = quote(next(iter(usual.uses), next(iter(amounts))))
    if usual.is_marred and usual.n_plays >= _FEWEST:
        raise SigndecoderError(
            f"it is not clear what separates the signals of {quote(next(iter(amounts)))}",
            "say it with --separator",
        )
    marks = [name for name, form in _FORMS.items() if any(map(form.search, usual.uses))]
    if usual.n_plays < _FEWEST and not marks:
        return Separator("", split_sequence)
    if usual.is_alone:
        what = f"nearly every play was read as one signal, such as {shown}"
    elif usual.is_single:
        what = f"nearly every signal occurs in one play only, such as {shown}"
    else:
        return Separator("", split_sequence)
    note = f"{what}. If a cell holds several, say what separates them with --separator."
    return Separator("", split_sequence, (note,))


def _with_exceptions(trial: _Trial) -> Split:
    """Return a split that reads cells without the file's mark by the names of the others.

    A cell alone may be one known name with a space in it, or use another separator.
    """
    known = {name for name, amount in trial.n_plays_with.items() if amount > 1}

    def _split(cell: str) -> list[str]:
        """Return the parts of a cell."""
        parts = trial.split(cell)
        if trial.name == "" and len(parts) > 1 and not any(m in cell for m in SEPARATORS):
            whole = fold(cell)
            if whole in known and not all(fold(part) in known for part in parts):
                return [cell.strip()]
            return parts
        if len(parts) != 1 or fold(parts[0]) in known:
            return parts
        for other in (split_sequence, *map(splitter_at, _marks_in(cell))):
            try:
                tried = other(cell)
            except SigndecoderError:
                continue
            if len(tried) > 1 and all(fold(part) in known for part in tried):
                return tried
        return parts

    return _split


def _marks_in(cell: str) -> Iterable[str]:
    """Yield the marks that a cell contains."""
    return (name for name, form in _FORMS.items() if form.search(_spell(cell)))


def _spell(cell: str) -> str:
    """Return a cell whose dots for missed signals are one character, before it is split."""
    return spell_missed(cell)


def _say(trial: _Trial) -> str:
    """Return a note that says what was taken for the separator."""
    how = {
        "none": "with each character as a signal",
        "list": "as lists",
        "then": 'with "then" between the signals',
        "and": 'with "and" between the signals',
    }.get(trial.name, f"with {trial.name} between the signals")
    return f"read {how} ({count(trial.n_signals, 'different signal')})."
