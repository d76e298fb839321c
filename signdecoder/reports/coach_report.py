"""Results as values and as JSON documents. Nothing here prints.

A document holds what the contract names and little else, `None` where a thing does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from signdecoder.core.duplicates import RepeatedGame, find_repeats
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play

if TYPE_CHECKING:
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.analysis.permutation import PermutationTest
    from signdecoder.bayes.online import ChangePoint
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.decoder.prediction import KeySign, Prediction
    from signdecoder.decoder.ranked_rule import NamedRule


@dataclass(frozen=True, slots=True)
class CoachReport:
    """What is known of one coach's way of calling one play.

    ``agree``: do the LSTM and the rules name the same key sign? ``rules`` are the likeliest, best
    first, and ``finds_rule`` whether the plays bear one out. ``calls_to_go`` is about how many more
    called plays it takes to crack him. ``evidence`` holds for each signal the plays with a known
    outcome that show it, and how many of those were the called play. ``seen`` counts the outcomes
    of all his plays. ``luck`` tells whether chance alone fits as well; None without anything to
    shuffle. ``tells_nothing``: do the signs tell next to nothing of many called plays?
    """

    coach: str
    play: str
    plays: int
    called: int
    key_signs: tuple[KeySign, ...]
    agree: bool | None
    rules: tuple[NamedRule, ...]
    no_rule_probability: float | None
    finds_rule: bool
    changes: tuple[ChangePoint, ...]
    cracked: bool
    expected_accuracy: float | None
    calls_to_go: int | None
    evidence: Mapping[str, tuple[int, int]]
    seen: Mapping[str, int]
    luck: PermutationTest | None = None
    tells_nothing: bool = False
    notes: tuple[str, ...] = ()
    held_out: HeldOut | None = None
    tuned: bool | None = None


def make_report(
    coach: str,
    decoder: Decoder,
    plays: Sequence[Play],
    *,
    held_out: HeldOut | None = None,
    tuned: bool | None = None,
) -> CoachReport:
    """What the decoder, having read these plays, knows of the coach."""
    from signdecoder.analysis.permutation import (
        permutation_test,  # what only lists plays shall not load NumPy
    )

    return CoachReport(
        coach=coach,
        play=decoder.play,
        plays=decoder.plays,
        called=decoder.called,
        key_signs=tuple(decoder.key_signs()),
        agree=decoder.agree,
        rules=tuple(decoder.rules()) if decoder.called else (),
        no_rule_probability=decoder.no_rule_probability(),
        finds_rule=decoder.finds_rule,
        changes=tuple(decoder.changes()),
        cracked=decoder.cracked,
        expected_accuracy=decoder.expected_accuracy() if decoder.called else None,
        calls_to_go=decoder.calls_to_go(),
        evidence=_count_evidence(plays, decoder.play),
        seen=Counter(play.outcome for play in plays),
        luck=permutation_test(plays, decoder.play),
        tells_nothing=decoder.tells_nothing,
        notes=(*decoder.notes, *map(_say_repeat, find_repeats(plays))),
        held_out=held_out,
        tuned=tuned,
    )


def _say_repeat(repeat: RepeatedGame) -> str:
    earlier = repeat.earlier or "the first game"
    return (
        f"{repeat.game} repeats {earlier} ({repeat.plays} plays): delete one if they are the same"
    )


def _count_evidence(plays: Sequence[Play], called_play: str) -> dict[str, tuple[int, int]]:
    shown: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for play in plays:
        evidence = evidence_of(play.outcome, called_play)
        if evidence is Evidence.SILENT:
            continue
        signals = set(play.signals)
        shown.update(signals)
        if evidence is Evidence.CALLED:
            called.update(signals)
    return {sign: (shown[sign], called[sign]) for sign in shown}


# --- documents ------------------------------------------------------------------------------------


def query_document(
    coach: str, prediction: Prediction, plays: int, called: int, key_signs: Sequence[KeySign]
) -> dict[str, Any]:
    """The JSON document of `query`."""
    key = key_signs[0] if key_signs else None
    return {
        "coach": coach,
        "signs": list(prediction.signals),
        "play": prediction.play,
        "probability": prediction.probability,
        "lstm": prediction.lstm,
        "rules": prediction.rules,
        "verdict": prediction.verdict,
        "plays": plays,
        "called": called,
        "key_sign": key.sign if key else None,
        "key_sign_probability": key.probability if key else None,
    }


def report_document(reports: Sequence[CoachReport]) -> dict[str, Any]:
    """The JSON document of `report`."""
    return {"coaches": [_coach_document(report) for report in reports]}


def train_document(reports: Sequence[CoachReport]) -> dict[str, Any]:
    """The JSON document of `train`: that of `report`, with what was held out."""
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
    rule = report.rules[0] if report.rules and report.finds_rule else None
    return {
        "coach": report.coach,
        "play": report.play,
        "plays": report.plays,
        "called": report.called,
        "key_signs": [
            {"sign": key.sign, "probability": _rounded_down(key.probability)}
            for key in report.key_signs
        ],
        "rule": rule.words if rule else None,
        "rule_probability": rule.probability if rule else None,
        "no_rule_probability": report.no_rule_probability,
        "cracked": report.cracked,
        "changes": [asdict(change) | {"play": change.play + 1} for change in report.changes],
        "luck_probability": report.luck.probability if report.luck else None,
    }


def _rounded_down(share: float) -> float:
    """A share to six places, never up: rounded shares must not sum to more than 1."""
    return floor(share * 1e6 + 1e-3) / 1e6
