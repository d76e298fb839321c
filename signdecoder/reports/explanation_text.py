"""An explanation of one prediction, as plain text and as a JSON document."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from signdecoder.core.text import bar, columns, percent
from signdecoder.reports.coach_text import format_chance
from signdecoder.reports.definitions import EXPLANATION_TERMS, format_definitions
from signdecoder.reports.phrases import (
    format_prediction,
    format_tally,
    missed_notes,
    moment_notes,
    outcome_name,
)

if TYPE_CHECKING:
    from signdecoder.analysis.attribution import Counterfactual, Explanation
    from signdecoder.analysis.deciding_plays import DecidingPlay

_LABEL, _LEAST_ROOM = 10, 20  # columns
_BAR = 12  # columns of the heaviest weight
_LIGHT = 0.05  # log-odds below which a weight is shown as a dot
_MOST_PLAYS = 3  # deciding plays to show
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_ROLES = {"key": "key sign", "live": "live signal", "wipe-off": "wipe-off", "": ""}


def format_explanation(explanation: Explanation, wide: int = 80, *, details: bool = False) -> str:
    """Format an explanation: verdict, weights, what-if, rule, evidence.

    Parameters
    ----------
    explanation : Explanation
        The explanation of a prediction.
    wide : int, optional
        Columns at which sentences are folded.
    details : bool, optional
        Whether to add statistics and what they mean.

    Returns
    -------
    str
        The lines; the first is the headline.
    """
    prediction, plays = explanation.prediction, len(explanation.log)
    tally = format_tally(plays, explanation.n_called, prediction.play)
    lines = [f"{format_prediction(prediction, plays)}   {explanation.coach} · {tally}", ""]
    lines += [f"  {line}" for line in _weight_lines(explanation)]
    lines.append("")
    for label, body in (
        ("what if", _counterfactual_lines(explanation)),
        ("rule", _rule_lines(explanation)),
        ("rival", _rival_lines(explanation)),
        ("evidence", _evidence_lines(explanation)),
        ("luck", format_chance(explanation.chance, plays, details=details)),
        ("models", _model_lines(explanation)),
        ("missed", missed_notes(prediction)),
        ("moment", moment_notes(prediction, explanation.context_needed)),
    ):
        for line in body:
            room = max(_LEAST_ROOM, wide - _LABEL - 2)
            for part in wrap(line, room) if len(line) > room else [line]:
                lines.append(f"  {label:<{_LABEL}}{part}")
                label = ""
    if details:
        lines += ["", *format_definitions(EXPLANATION_TERMS, wide)]
    return "\n".join(lines)


def _weight_lines(explanation: Explanation) -> list[str]:
    heaviest = max(map(abs, explanation.weights))
    rows = []
    for name, weight, part in zip(
        explanation.prediction.signals, explanation.weights, explanation.parts, strict=True
    ):
        light = abs(weight) < _LIGHT
        number = "·" if light else f"{weight:+.1f}".replace("-", "−")
        drawn = "" if light else bar(abs(weight) / heaviest, _BAR)
        rows.append((name, number, drawn, _ROLES[part]))
    return columns(rows, "<><<")


def _counterfactual_lines(explanation: Explanation) -> list[str]:
    """Say what another signal would change: "Without belt as 3rd touch it would be <1% steal."."""
    change, prediction = explanation.counterfactual, explanation.prediction
    if change is None:
        return []
    touch = f"{prediction.signals[change.place]} as {_ordinal(change.place + 1)} touch"
    result = f"{percent(change.probability)} {outcome_name(prediction.play)}"
    if change.any_other:
        bound = "at most " if prediction.probability >= change.probability else "at least "
        return [f"Without {touch} it would be {'' if result[0] in '<>' else bound}{result}."]
    text = f"With {change.sign} instead of {touch} it would be {result}."
    return [text if change.reverses else f"No single touch reverses the prediction. {text}"]


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_SUFFIXES.get(number % 10, 'th')}"


def _rule_lines(explanation: Explanation) -> list[str]:
    rule = explanation.rule
    if rule is None:
        return ["no rule fits the plays yet"] if explanation.n_called else []
    result = outcome_name(explanation.prediction.play) if explanation.is_called else "hold"
    return [f"{percent(rule.probability)}  {rule.words}", f"So: {result}"]


def _rival_lines(explanation: Explanation) -> list[str]:
    return (
        [rival.words for rival in explanation.deciding.rivals[:1]] if explanation.deciding else []
    )


def _evidence_lines(explanation: Explanation) -> list[str]:
    """List the deciding plays, strongest first; signals that the rule uses are in brackets."""
    if explanation.deciding is None:
        return []
    rows = [_play_row(explanation, play) for play in explanation.deciding.plays[:_MOST_PLAYS]]
    return columns(rows, "<<<") if rows else []


def _play_row(explanation: Explanation, decided: DecidingPlay) -> tuple[str, str, str]:
    play = explanation.log[decided.play]
    marked = [
        f"[{name}]" if part else name
        for name, part in zip(play.signals, decided.parts, strict=True)
    ]
    return f"play {decided.play + 1}", outcome_name(play.outcome), " ".join(marked)


def _model_lines(explanation: Explanation) -> list[str]:
    prediction = explanation.prediction
    text = f"Network {percent(prediction.lstm)}, rule engine {percent(prediction.rules)}"
    if explanation.agree is None:
        return [text]
    return [f"{text}: {'same key sign' if explanation.agree else 'different key signs'}"]


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder explain``; positions count from 1.

    Parameters
    ----------
    explanation : Explanation
        The explanation of a prediction.

    Returns
    -------
    dict
        The document.
    """
    prediction = explanation.prediction
    return {
        "coach": explanation.coach,
        "signs": list(prediction.signals),
        "play": prediction.play,
        "probability": prediction.probability,
        "weights": [
            {"sign": sign, "weight": weight}
            for sign, weight in zip(prediction.signals, explanation.weights, strict=True)
        ],
        "counterfactual": _counterfactual_document(explanation.counterfactual),
        "rule": explanation.rule.words if explanation.rule else None,
        "rule_probability": explanation.rule.probability if explanation.rule else None,
        "agree": explanation.agree,
        "depends_on": explanation.context_needed.name if explanation.context_needed else None,
        "luck_probability": explanation.chance.p_value if explanation.chance else None,
    }


def _counterfactual_document(change: Counterfactual | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "position": change.place + 1,
        "sign": change.sign,
        "probability": change.probability,
    }
