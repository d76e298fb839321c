"""The report on a coach, as a value and as JSON documents.

A document has the keys that scripts rely on; a missing value is ``None``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from signdecoder.analysis.coach_summary import CoachSummary, summarize_coach
from signdecoder.core.duplicates import RepeatedGame, find_repeats
from signdecoder.core.text import count
from signdecoder.reports.phrases import outcome_name
from signdecoder.reports.sign_card import card_document, rule_document

if TYPE_CHECKING:
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.analysis.permutation import PermutationTest
    from signdecoder.bayes.online import ChangePoint
    from signdecoder.core.contexts import ContextKind
    from signdecoder.core.play import Play
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import KeySign, Prediction
    from signdecoder.decoder.ranked_rule import NamedRule
    from signdecoder.decoder.sign_card import CardLine


@dataclass(frozen=True, slots=True)
class CoachReport:
    """A coach's summary, with the tests that take longer than a screen can wait.

    Attributes
    ----------
    summary : CoachSummary
        What the decoder knows of the coach.
    chance : PermutationTest or None
        Whether the pattern could be chance; None if there is nothing to shuffle.
    repeated_games : tuple of str
        Notes on games that are in the log twice.
    held_out : HeldOut or None
        Scores on held-out plays, after a training.
    tuned : bool or None
        Whether tuned weights are used for this coach, after a training.
    card : tuple of CardLine
        The sign card: how each play is called.
    """

    summary: CoachSummary
    chance: PermutationTest | None = None
    repeated_games: tuple[str, ...] = ()
    held_out: HeldOut | None = None
    tuned: bool | None = None
    card: tuple[CardLine, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Further notes, one sentence each."""
        summary = self.summary
        return (
            *summary.notes,
            *([f"the rule {summary.context_needed.request}"] if summary.context_needed else []),
            *([_describe_left_out(summary)] if summary.n_left_out else []),
            *self.repeated_games,
        )


def make_report(
    coach: str,
    decoder: Decoder,
    plays: Sequence[Play],
    *,
    held_out: HeldOut | None = None,
    tuned: bool | None = None,
) -> CoachReport:
    """Make the report on a coach.

    Parameters
    ----------
    coach : str
        The coach's name.
    decoder : Decoder
        A decoder that has read the plays.
    plays : sequence of Play
        The coach's plays, in order.
    held_out : HeldOut, optional
        Scores on held-out plays.
    tuned : bool, optional
        Whether tuned weights are used for this coach.

    Returns
    -------
    CoachReport
        The report.
    """
    from signdecoder.analysis.permutation import permutation_test  # loads NumPy

    summary = summarize_coach(coach, decoder, plays)
    chance = permutation_test(plays, decoder.play, decoder.same_plays, decoder.signal_key)
    is_tested = summary.rule is None or summary.rule.is_listed
    return CoachReport(
        summary=summary,
        # The test scores rules that are listed. That they fit no better than by chance says nothing
        # about a set of signals or a rule that depends on the moment.
        chance=chance if is_tested or (chance and chance.is_unlikely) else None,
        repeated_games=tuple(map(_describe_repeat, find_repeats(plays))),
        held_out=held_out,
        tuned=tuned,
        card=tuple(decoder.card()),
    )


def _describe_left_out(summary: CoachSummary) -> str:
    plays = count(summary.n_left_out, "play")
    verb = "was" if summary.n_left_out == 1 else "were"
    return (
        f"{plays} with nobody on base {verb} left out: no {outcome_name(summary.play)} could follow"
    )


def _describe_repeat(repeat: RepeatedGame) -> str:
    earlier = repeat.earlier or "the first game"
    return (
        f"{repeat.game} repeats {earlier} ({repeat.plays} plays): delete one if they are the same"
    )


# --- documents ------------------------------------------------------------------------------------


def query_document(
    coach: str,
    prediction: Prediction,
    plays: int,
    called: int,
    key_signs: Sequence[KeySign],
    context_needed: ContextKind | None = None,
    card: Sequence[CardLine] = (),
    rule: NamedRule | None = None,
) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder query``.

    Parameters
    ----------
    coach : str
        The coach's name.
    prediction : Prediction
        The prediction of the sequence.
    plays, called : int
        How many plays the decoder has read, and how many of them were the called play.
    key_signs : sequence of KeySign
        The key signs, best first.
    context_needed : ContextKind, optional
        What the coach's rule depends on.
    card : sequence of CardLine, optional
        The sign card.
    rule : NamedRule, optional
        The rule that is reported.

    Returns
    -------
    dict
        The document.
    """
    key = key_signs[0] if key_signs else None
    return {
        "coach": coach,
        "signs": list(prediction.signals),
        "play": prediction.play,
        "probability": prediction.probability,
        "lstm": prediction.lstm,
        "rules": prediction.rules,
        "verdict": prediction.verdict,
        "missed": prediction.missed,
        "chances": dict(prediction.chances),
        "plays": plays,
        "called": called,
        "key_sign": key.sign if key else None,
        "key_sign_probability": key.probability if key else None,
        "depends_on": context_needed.name if context_needed else None,
        "card": card_document(card),
        "rule": rule.words if rule else None,
        "rule_parts": rule_document(rule),
    }


def report_document(reports: Sequence[CoachReport]) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder report``.

    Parameters
    ----------
    reports : sequence of CoachReport
        The report on each coach.

    Returns
    -------
    dict
        The document.
    """
    return {"coaches": [_coach_document(report) for report in reports]}


def train_document(reports: Sequence[CoachReport]) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder train``: a report with held-out scores.

    Parameters
    ----------
    reports : sequence of CoachReport
        The report on each coach.

    Returns
    -------
    dict
        The document.
    """
    return {
        "coaches": [
            _coach_document(report)
            | {
                "held_out": asdict(report.held_out) if report.held_out else None,
                "tuned": bool(report.tuned),
            }
            for report in reports
        ]
    }


def _coach_document(report: CoachReport) -> dict[str, Any]:
    summary = report.summary
    rule = summary.rule
    return {
        "coach": summary.coach,
        "play": summary.play,
        "plays": summary.n_plays,
        "called": summary.n_called,
        "called_as": dict(summary.called_as),
        "key_signs": [
            {"sign": key.sign, "probability": _round_down(key.probability)}
            for key in summary.key_signs
        ],
        "rule": rule.words if rule else None,
        "rule_parts": rule_document(rule),
        "rule_probability": rule.probability if rule else None,
        "no_rule_probability": summary.no_rule_probability,
        "unknown_rule_probability": summary.unknown_rule_probability,
        "unknown_share": summary.unknown_share,
        "explained": _record_document(summary),
        "cracked": summary.cracked,
        "depends_on": summary.context_needed.name if summary.context_needed else None,
        "nobody_on": summary.n_left_out,
        "card": card_document(report.card),
        "changes": [_change_document(change) for change in summary.changes],
        "luck_probability": report.chance.p_value if report.chance else None,
    }


def _record_document(summary: CoachSummary) -> dict[str, Any] | None:
    """Return what the rule explains of the plays since the last change of signs."""
    if summary.rule is None or summary.record is None:
        return None
    return {
        **summary.record._asdict(),
        "leads": [lead._asdict() for lead in summary.leads],
    }


def _change_document(change: ChangePoint) -> dict[str, Any]:
    """Return a change of signs, its plays counted from 1."""
    again = change.returns_to
    numbered = {"play": change.play + 1, "returns_to": [again[0] + 1, again[1]] if again else None}
    return asdict(change) | numbered


def _round_down(share: float) -> float:
    """Round a share down to six places, so that rounded shares never sum to more than 1."""
    return floor(share * 1e6 + 1e-3) / 1e6
