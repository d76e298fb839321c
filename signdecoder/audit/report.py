"""An audit as text of at most 80 columns, with the verdict first, and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from signdecoder.audit.coach_spec import MAX_VOCABULARY, CoachSpec
from signdecoder.audit.intervention_text import describe_intervention
from signdecoder.audit.interventions import GAME
from signdecoder.audit.results import Audit, Effect
from signdecoder.core.text import columns, count, percent
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.table import Table
from signdecoder.rules.describe import describe

_WIDTH = 80
_LABELS = {
    "mixture": "this decoder",
    "rules": "its rules only",
    "pair score": "the 2019 web page",
}
_LEFT_OUT = {
    "wipe_off": "a wipe-off, because you have one already or no signal is unused",
    "key_each_inning": "a new key sign, because this rule has none or no signal is unused",
    "key_each_game": f"a new key sign each game, because {GAME} plays are one game here",
}


def audit_document(audit: Audit) -> dict[str, Any]:
    """Return the JSON document of an audit: shares from 0 to 1, null for never."""
    spec = audit.spec
    return {
        "simulated": True,
        "rule": _rule(spec),
        "signs": {
            "family": spec.rule.family,
            "key": _name_or_none(spec, spec.rule.indicator),
            "plays": [
                {"play": play, "rate": rate}
                for play, rate in zip(spec.plays, spec.rates, strict=True)
            ],
            "signals": spec.vocabulary,
            "length": spec.length,
            "own_sequences": spec.source.sequences if spec.source else 0,
        },
        "seed": audit.seed,
        "seasons": audit.seasons,
        "plays": audit.plays,
        "cracked": [asdict(crack) for crack in audit.cracks],
        "tells": _tells_document(audit),
        "replayed_seasons": audit.replayed,
        "changes": [
            asdict(effect)
            | {"clear": effect.is_clear, "words": describe_intervention(audit, effect)}
            for effect in audit.effects
        ],
        "left_out": list(audit.left_out),
    }


def _tells_document(audit: Audit) -> dict[str, Any]:
    document = asdict(audit.tells)
    for part in ("key", "live"):
        if document[part]:
            document[part]["signal"] = audit.spec.name(document[part]["signal"])
    return document


def audit_table(audit: Audit) -> Table:
    """Return a row for each change that was tried, those that help most first."""
    rows = [
        (
            *(effect.change, effect.kind, effect.gained.mean, effect.gained.low),
            *(effect.gained.high, effect.is_clear, describe_intervention(audit, effect)),
        )
        for effect in sorted(audit.effects, key=lambda effect: -effect.gained.mean)
    ]
    return Table(("change", "kind", "gained", "low", "high", "clear", "words"), rows)


def audit_text(audit: Audit) -> str:
    """Return the audit as text: the verdict, what gives the signs away, and what would help."""
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
        lines.append("An opponent never learns to read your real games.")
    else:
        lines.append(
            "An opponent starts calling your real plays correctly after about"
            f" {round(first.reads)}."
        )
    pairs = next((crack for crack in others if crack.opponent == "pair score"), None)
    if pairs and pairs.plays is not None and pairs.plays < (first.plays or float("inf")):
        lines += _fold(
            "The 2019 web page, which only looks at pairs of signals, cracks them after"
            f" {pairs.plays:.0f}.",
            "",
        )
    return lines


def _setting(audit: Audit) -> list[str]:
    spec = audit.spec
    rates = [
        f"{percent(rate)} {outcome_name(play)}{'s' if play == 'steal' else ''}"
        for play, rate in zip(spec.plays, spec.rates, strict=True)
    ]
    if spec.source:
        whose = f"with your habits, from {count(spec.source.sequences, 'sequence')} of yours"
    else:
        whose = "with the habits of a typical coach (use --log for your own)"
    used = spec.vocabulary or f"{spec.fewest} to {max(MAX_VOCABULARY, spec.fewest)}"
    return [
        *_fold(_rule(spec), "  "),
        *_fold(
            f"{count(audit.seasons, 'simulated season')} of {count(audit.plays, 'play')},"
            f" {whose}: {', '.join(rates)}; {used} signals. The opponent logs every play"
            " correctly.",
            "  ",
        ),
        *_fold(
            "Cracked: right on 95% of new sequences from then on. Half of them are steals, most of"
            " the others are near misses. Reads you: right on 95% of your real plays, with"
            " steals and other plays weighted equally.",
            "  ",
        ),
    ]


def _opponents(audit: Audit) -> list[str]:
    rows = [
        ("  cracked after", "plays", "middle half", "steals", "never", "reads you", "steals called")
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
    """Return the heading of the habits, and what their numbers mean."""
    heading = "What gives you away"
    if all(effect.gained.low <= 0 for effect in habits):
        heading += ": no single habit in these seasons"
    return [heading, f"  {_safe_plays(audit)} if you change only this habit:"]


def _gain_line(audit: Audit) -> list[str]:
    return [f"  {_safe_plays(audit)}:"]


def _safe_plays(audit: Audit) -> str:
    return f"Plays out of {audit.plays} that become safe"


def _effects(audit: Audit, effects: list[Effect]) -> Iterator[str]:
    """Yield a paragraph for each effect: the gain, what was changed, and its interval."""
    for effect in effects:
        gained = effect.gained
        spread = f"{_signed(gained.low)} to {_signed(gained.high)}"
        if not effect.is_clear:
            spread = f"could be chance: {spread}"
        elif gained.high < 0:
            spread = f"this hurts: {spread}"
        text = f"{describe_intervention(audit, effect)} ({spread})."
        yield from _fold(text, " " * 9, _signed(gained.mean).rjust(7).ljust(9))


def _foot(audit: Audit) -> Iterator[str]:
    untried = [name for name in _LEFT_OUT if name in audit.left_out]
    if "key_each_inning" in untried:  # its reason covers both
        untried.remove("key_each_game")
    for name in untried:
        yield from _fold(f"Not tried: {_LEFT_OUT[name]}.", "  ")
    yield from _fold(
        "Safe: an opponent with this decoder cannot read you after that play. Each change was"
        f" tried in {count(audit.replayed, 'season')}. The number is the average gain; in other"
        " seasons it would be in the range in parentheses (95%). Everything is simulated. A person"
        " in the stands sees less.",
        "  ",
    )


def _rule(spec: CoachSpec) -> str:
    return describe(spec.rule, [spec.name(s) for s in range(20)], spec.plays)


def _name_or_none(spec: CoachSpec, signal: int) -> str | None:
    return spec.name(signal) if signal >= 0 else None


def _whole(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f}"


def _signed(plays: float) -> str:
    """Return a gain with its sign; a gain that rounds to 0 has a plus sign."""
    return f"{round(plays, 1) + 0.0:+.1f}"


def _fold(text: str, indent: str, first: str | None = None) -> list[str]:
    """Wrap a text into lines of at most 80 columns."""
    start = indent if first is None else first
    lines = wrap(text, _WIDTH, initial_indent=start, subsequent_indent=indent)
    return lines
