"""An audit as words of at most 80 columns, the verdict first, and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from signdecoder.audit.coach_spec import MOST, CoachSpec
from signdecoder.audit.intervention_text import change_words
from signdecoder.audit.interventions import GAME
from signdecoder.audit.results import Audit, Effect
from signdecoder.core.text import columns, count, percent
from signdecoder.reports.phrases import outcome_name
from signdecoder.rules.describe import describe

_WIDE = 80
_LABELS = {
    "mixture": "this decoder",
    "rules": "exact rules alone",
    "pair score": "the 2019 web page",
}
_LEFT_OUT = {
    "wipe_off": "a wipe-off: you have one, or no idle signal to be one",
    "key_each_inning": "another key: this rule has none, or no idle signal can be it",
    "key_each_game": f"another key each game: {GAME} plays are one game here",
}


def audit_document(audit: Audit) -> dict[str, Any]:
    """The JSON document of an audit; shares from 0 to 1, null for never."""
    signs = audit.signs
    return {
        "simulated": True,
        "rule": _rule(signs),
        "signs": {
            "family": signs.rule.family,
            "key": _name_or_none(signs, signs.rule.indicator),
            "plays": [
                {"play": play, "rate": rate}
                for play, rate in zip(signs.plays, signs.rates, strict=True)
            ],
            "signals": signs.vocabulary,
            "length": signs.length,
            "own_sequences": signs.hands.sequences if signs.hands else 0,
        },
        "seed": audit.seed,
        "seasons": audit.seasons,
        "plays": audit.plays,
        "cracked": [asdict(crack) for crack in audit.cracks],
        "tells": _tells_document(audit),
        "replayed_seasons": audit.replayed,
        "changes": [
            asdict(effect) | {"clear": effect.is_clear, "words": change_words(audit, effect)}
            for effect in audit.effects
        ],
        "left_out": list(audit.left_out),
    }


def _tells_document(audit: Audit) -> dict[str, Any]:
    document = asdict(audit.tells)
    for part in ("key", "live"):
        if document[part]:
            document[part]["signal"] = audit.signs.name(document[part]["signal"])
    return document


def audit_words(audit: Audit) -> str:
    """The audit, paragraph by paragraph: the verdict, what gives the signs away, what helps."""
    habits = [effect for effect in audit.effects if effect.kind == "habit"]
    measures = [effect for effect in audit.effects if effect.kind == "measure"]
    sections = [
        [*_verdict(audit), *_setting(audit), "", *_opponents(audit)],
        [*_habits_head(audit, habits), *_effects(audit, habits)],
        ["What would help", *_gain_line(audit), *_effects(audit, measures)],
        list(_foot(audit)),
    ]
    return "\n\n".join("\n".join(section) for section in sections)


def _verdict(audit: Audit) -> list[str]:
    first, *others = audit.cracks
    if first.plays is None or first.steals is None:
        lines = [f"An opponent does not crack these signs within {count(audit.plays, 'play')}."]
    else:
        lines = [
            f"An opponent cracks these signs after about {count(round(first.plays), 'play')}"
            f" ({count(round(first.steals), 'steal')})."
        ]
    if first.reads is None:
        lines.append("He does not come to read your own plays as they come.")
    else:
        reads = count(round(first.reads), "play")
        lines.append(f"He reads your own plays, as they come, after about {reads}.")
    pairs = next((crack for crack in others if crack.opponent == "pair score"), None)
    if pairs and pairs.plays is not None and pairs.plays < (first.plays or float("inf")):
        lines += _fold(
            "The 2019 web page, which knows pairs of signals alone, cracks them after"
            f" {pairs.plays:.0f}.",
            "",
        )
    return lines


def _setting(audit: Audit) -> list[str]:
    signs = audit.signs
    rates = [
        f"{percent(rate)} {outcome_name(play)}{'s' if play == 'steal' else ''}"
        for play, rate in zip(signs.plays, signs.rates, strict=True)
    ]
    if signs.hands:
        whose = f"with your habits, from {count(signs.hands.sequences, 'sequence')} of yours"
    else:
        whose = "with the habits of a typical coach (--log: with your own)"
    used = signs.vocabulary or f"{signs.fewest} to {max(MOST, signs.fewest)}"
    return [
        *_fold(_rule(signs), "  "),
        *_fold(
            f"{count(audit.seasons, 'simulated season')} of {count(audit.plays, 'play')},"
            f" {whose}: {', '.join(rates)}; {used} signals. The opponent logs every play, and"
            " misses nothing.",
            "  ",
        ),
        *_fold(
            "Cracked: right on 95% of fresh sequences from then on, half of them steals, most of"
            " the others nearly, as in the benchmark. Reads you: right on 95% of your own plays,"
            " where steals and all others weigh the same.",
            "  ",
        ),
    ]


def _opponents(audit: Audit) -> list[str]:
    rows = [
        ("  cracked after", "plays", "half within", "steals", "never", "reads you", "foretells")
    ]
    rows += [
        (
            f"  {_LABELS[crack.opponent]}",
            _whole(crack.plays),
            f"{_whole(crack.early)} to {_whole(crack.late)}" if crack.early else _whole(None),
            _whole(crack.steals),
            percent(crack.never),
            _whole(crack.reads),
            percent(crack.foretold),
        )
        for crack in audit.cracks
    ]
    return columns(rows, "<>>>>>>")


def _habits_head(audit: Audit, habits: list[Effect]) -> list[str]:
    """The most that a habit costs, then what the numbers below it are."""
    told = "What gives you away"
    if all(effect.gained.low <= 0 for effect in habits):
        told += ": no single habit, as far as these seasons tell"
    return [told, f"  One habit changed, all else the same; {_safe_plays(audit)}:"]


def _gain_line(audit: Audit) -> list[str]:
    return [f"  {_safe_plays(audit).capitalize()}:"]


def _safe_plays(audit: Audit) -> str:
    return f"plays of {audit.plays} that become safe"


def _effects(audit: Audit, effects: list[Effect]) -> Iterator[str]:
    """A paragraph each: what is gained, then what was changed and what it comes to."""
    for effect in effects:
        gained = effect.gained
        spread = f"{_signed(gained.low)} to {_signed(gained.high)}"
        if not effect.is_clear:
            spread = f"within the spread: {spread}"
        elif gained.high < 0:
            spread = f"that hurts: {spread}"
        text = f"{change_words(audit, effect)} ({spread})."
        yield from _fold(text, " " * 9, _signed(gained.mean).rjust(7).ljust(9))


def _foot(audit: Audit) -> Iterator[str]:
    untried = [name for name in _LEFT_OUT if name in audit.left_out]
    if "key_each_inning" in untried:  # that says it of both
        untried.remove("key_each_game")
    for name in untried:
        yield from _fold(f"Not tried: {_LEFT_OUT[name]}.", "  ")
    yield from _fold(
        "Safe: the decoder does not read you after that play. Each change was tried in"
        f" {count(audit.replayed, 'season')}: the mean gain, and what other seasons could say of"
        " it (95%). All of it is simulated; a person in the stands sees less.",
        "  ",
    )


def _rule(signs: CoachSpec) -> str:
    return describe(signs.rule, [signs.name(s) for s in range(20)], signs.plays)


def _name_or_none(signs: CoachSpec, signal: int) -> str | None:
    return signs.name(signal) if signal >= 0 else None


def _whole(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f}"


def _signed(plays: float) -> str:
    """A gain with its sign; what rounds to nothing has none of its own."""
    return f"{round(plays, 1) + 0.0:+.1f}"


def _fold(text: str, indent: str, first: str | None = None) -> list[str]:
    """The text in lines of at most 80 columns; a number keeps its per cent sign."""
    held = text.replace(" %", "\u00a0%")
    start = indent if first is None else first
    lines = wrap(held, _WIDE, initial_indent=start, subsequent_indent=indent)
    return [line.replace("\u00a0", " ") for line in lines]
