"""An explanation as words, and as a JSON document. Nothing here prints."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from signdecoder.core.text import bar, columns, percent
from signdecoder.reports.coach_text import format_tally, outcome_name, permutation_lines

if TYPE_CHECKING:
    from signdecoder.analysis.attribution import Counterfactual, Explanation
    from signdecoder.analysis.deciding_plays import DecidingPlay

_LABEL, _LEAST_ROOM = 9, 20  # columns
_BAR = 12  # columns of the heaviest weight
_LIGHT = 0.05  # log-odds below which a weight is a dot
_PLAYS = 3  # that decided, and are told
_PARTS = {"key": "key sign", "live": "live signal", "wipe-off": "wipe-off", "": ""}


def format_explanation(told: Explanation, wide: int = 80) -> str:
    """The verdict; each signal with its weight; what would turn it; the rule and its proof.

    Sentences are folded at ``wide`` columns.
    """
    said = told.prediction
    head = f"{outcome_name(said.verdict).upper()}  {percent(said.probability)}   {told.coach} · "
    lines = [head + format_tally(len(told.log), told.called, said.play), ""]
    lines += [f"  {line}" for line in _weight_lines(told)]
    lines.append("")
    for label, body in (
        ("turned", _turn_lines(told)),
        ("rule", _rule_lines(told)),
        ("rival", _rival_lines(told)),
        ("decided", _proof_lines(told)),
        ("luck", permutation_lines(told.luck, len(told.log))),
        ("both", _agreement_lines(told)),
    ):
        for line in body:
            room = max(_LEAST_ROOM, wide - _LABEL - 2)
            for part in wrap(line, room) if len(line) > room else [line]:
                lines.append(f"  {label:<{_LABEL}}{part}")
                label = ""
    return "\n".join(lines)


def _weight_lines(told: Explanation) -> list[str]:
    heaviest = max(map(abs, told.weights))
    rows = []
    for name, weight, part in zip(told.prediction.signals, told.weights, told.parts, strict=True):
        light = abs(weight) < _LIGHT
        number = "·" if light else f"{weight:+.1f}".replace("-", "−")
        drawn = "" if light else bar(abs(weight) / heaviest, _BAR)
        rows.append((name, number, drawn, _PARTS[part]))
    return columns(rows, "<><<")


def _turn_lines(told: Explanation) -> list[str]:
    """The counterfactual in words, such as "anything but belt in place 3: 98% → 2% at most"."""
    change, said = told.counterfactual, told.prediction
    if change is None:
        return []
    here, place = said.signals[change.place], change.place + 1
    after = percent(change.probability)
    if change.whichever:
        bound = "at most" if said.probability >= change.probability else "at least"
        after = after if after[0] in "<>" else f"{bound} {after}"
        what = f"anything but {here} in place {place}"
        return [f"{what}: {percent(said.probability)} → {after} (with {change.sign})"]
    what = f"{change.sign} for {here} in place {place}"
    words = f"{what}: {percent(said.probability)} → {after}"
    return [words if change.turns else f"by no single signal; the most does {words}"]


def _rule_lines(told: Explanation) -> list[str]:
    if told.rule is None:
        return ["none is borne out by the plays so far"] if told.called else []
    here = outcome_name(told.prediction.play) if told.calls else "nothing"
    return [f"{percent(told.rule.probability)}  {told.rule.words}", f"here it calls {here}"]


def _rival_lines(told: Explanation) -> list[str]:
    return [rival.words for rival in told.proof.rivals[:1]] if told.proof else []


def _proof_lines(told: Explanation) -> list[str]:
    """The plays that decided, the strongest first; what the rule takes stands in brackets."""
    if told.proof is None:
        return []
    rows = [_play_row(told, play) for play in told.proof.plays[:_PLAYS]]
    return columns(rows, "<<<") if rows else []


def _play_row(told: Explanation, decided: DecidingPlay) -> tuple[str, str, str]:
    play = told.log[decided.play]
    marked = [
        f"[{name}]" if part else name
        for name, part in zip(play.signals, decided.parts, strict=True)
    ]
    return f"play {decided.play + 1}", outcome_name(play.outcome), " ".join(marked)


def _agreement_lines(told: Explanation) -> list[str]:
    said = told.prediction
    each = f"LSTM {percent(said.lstm)}, rules {percent(said.rules)}"
    if told.agree is None:
        return [each]
    return [f"{each}; they {'agree on' if told.agree else 'differ in'} the key sign"]


def explanation_document(told: Explanation) -> dict[str, Any]:
    """The JSON document of `explain`; positions count from 1."""
    said = told.prediction
    return {
        "coach": told.coach,
        "signs": list(said.signals),
        "play": said.play,
        "probability": said.probability,
        "weights": [
            {"sign": sign, "weight": weight}
            for sign, weight in zip(said.signals, told.weights, strict=True)
        ],
        "counterfactual": _counterfactual_document(told.counterfactual),
        "rule": told.rule.words if told.rule else None,
        "rule_probability": told.rule.probability if told.rule else None,
        "agree": told.agree,
        "luck_probability": told.luck.probability if told.luck else None,
    }


def _counterfactual_document(change: Counterfactual | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "position": change.place + 1,
        "sign": change.sign,
        "probability": change.probability,
    }
