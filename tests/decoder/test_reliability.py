"""How far predictions are trusted, by how they came true on the coach."""

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.shares import check_share
from signdecoder.decoder.reliability import Reliability, RuleRecord

ASKED = np.array([0.01, 0.3, 0.5, 0.7, 0.99])


def taught(*plays: tuple[float, bool]) -> Reliability:
    reliability = Reliability()
    for p, called in plays:
        reliability.learn(p, called)
    return reliability


def test_answers_stay_on_their_side_of_one_half() -> None:
    for reliability in (taught(), taught(*[(0.99, False)] * 5), taught(*[(0.01, True)] * 5)):
        adjusted = reliability.adjust(ASKED)
        assert ((adjusted >= 0.5) == (ASKED >= 0.5)).all()
        assert adjusted[2] == pytest.approx(0.5)
        assert (np.diff(adjusted) > 0).all()


def test_promises_grow_with_predictions_that_come_true() -> None:
    fresh, good = taught(), taught(*[(0.99, True), (0.01, False)] * 12)
    assert fresh.adjust(ASKED)[4] < good.adjust(ASKED)[4] < 0.99
    assert good.p_wrong(0.3, 0.1) < 0.03 < fresh.p_wrong(0.3, 0.1) < 0.15


def test_called_plays_that_stay_unexplained_make_an_unknown_rule_likely() -> None:
    plays = [(0.99, True)] * 6 + [(0.01, False)] * 14
    assert taught(*plays).p_wrong(0.3, 0.1) < 0.05
    surprised = taught(*plays, *[(0.01, True)] * 5)
    assert surprised.p_wrong(0.3, 0.1) > 0.8
    assert surprised.adjust(ASKED)[0] > 0.1
    # Only those are less certain that have failed.
    assert surprised.adjust(ASKED)[4] - 0.5 > 0.5 - surprised.adjust(ASKED)[0]


def test_unsure_predictions_say_nothing() -> None:
    prior = Reliability().p_wrong(0.3, 0.1)
    assert taught(*[(0.5, True), (0.5, False)] * 5).p_wrong(0.3, 0.1) == pytest.approx(prior)


def test_a_larger_share_of_unknown_rules_makes_every_promise_smaller() -> None:
    promises = [float(Reliability(share).adjust(np.array(0.99))) for share in (0.0, 0.15, 0.5)]
    assert promises == sorted(promises, reverse=True)
    assert Reliability(0.0).p_wrong(0.3, 0.1) == 0


def test_the_record_of_a_rule_tells_misread_plays_from_another_rule() -> None:
    def p_wrong(*record: int) -> float:
        reliability = Reliability()
        reliability.learn_record(RuleRecord(*record))
        return reliability.p_wrong(RuleRecord(*record).rate, 0.05)

    assert p_wrong(12, 0, 0, 28) < 0.05
    assert p_wrong(40, 1, 1, 80) < 0.1, "a misread play or two"
    assert p_wrong(17, 14, 0, 40) > 0.95
    assert p_wrong(12, 0, 9, 28) > 0.95


def test_a_share_is_a_number_from_0_to_09() -> None:
    assert check_share(0.9) == 0.9
    for share in (-0.1, 0.91, float("nan")):
        with pytest.raises(SigndecoderError, match=r"Give a number from 0 to 0\.9\."):
            check_share(share)
