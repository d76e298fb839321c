"""Plays that are called by the same sign."""

import pytest

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.evidence import count_left_out, evidence_in, evidence_of
from signdecoder.core.outcomes import OUTCOMES, STEALS, Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays, parse_same_plays

OF_THEIR_OWN = [outcome for outcome in OUTCOMES if outcome not in STEALS]
EMPTY = {"runners": "bases empty"}


def test_every_kind_of_steal_counts_as_a_steal_and_other_plays_as_themselves() -> None:
    assert {SAME_PLAYS.canonical(outcome) for outcome in STEALS} == {"steal"}
    assert [SAME_PLAYS.canonical(outcome) for outcome in OF_THEIR_OWN] == OF_THEIR_OWN
    assert {evidence_of(outcome, "steal") for outcome in STEALS} == {Evidence.CALLED}
    assert evidence_of("fake_steal", "steal") is Evidence.OTHER


def test_a_kind_of_steal_can_be_asked_about_alone() -> None:
    assert SAME_PLAYS.outcomes_of("delayed_steal") == ("delayed_steal",)
    evidence = {outcome: evidence_of(outcome, "delayed_steal") for outcome in STEALS}
    assert evidence.pop("delayed_steal") is Evidence.CALLED
    assert set(evidence.values()) == {Evidence.OTHER}


def test_a_separate_kind_of_steal_is_another_play() -> None:
    own = parse_same_plays(["Delayed steal"])
    assert own.outcomes_of("steal") == ("steal", "double_steal", "caught_stealing")
    assert evidence_of("delayed_steal", "steal", own) is Evidence.OTHER
    assert evidence_of("double_steal", "steal", own) is Evidence.CALLED


def test_a_group_goes_by_its_first_play() -> None:
    own = parse_same_plays(same=["steal,slap", ["bunt", "squeeze", "bunt"]])
    assert own == SamePlays((), (("bunt", "squeeze"), ("steal", "slap")))
    assert [own.canonical(o) for o in ("slap", "double_steal", "squeeze", "take")] == [
        *("steal", "steal", "bunt", "take")
    ]
    assert evidence_of("slap", "steal", own) is Evidence.CALLED
    assert evidence_of("squeeze", "bunt", own) is Evidence.CALLED
    assert evidence_of("bunt", "squeeze", own) is Evidence.OTHER  # asked about alone
    # Kinds of steals in a group of their own are no steals.
    apart = parse_same_plays(same=["double_steal,delayed_steal"])
    assert apart.outcomes_of("steal") == ("steal", "caught_stealing")
    assert apart.canonical("delayed_steal") == "double_steal"


def test_equal_groups_are_equal_however_they_are_written() -> None:
    one = parse_same_plays("delayed_steal, double steal", [["steal", "take", "slap"], "bunt,swing"])
    two = parse_same_plays(["double_steal", "delayed_steal"], ["bunt,swing", "Steal, slap, take"])
    assert one == two
    assert hash(one) == hash(two)
    assert parse_same_plays("", []) == SAME_PLAYS


def test_a_group_needs_a_runner_if_all_of_its_plays_do() -> None:
    play = Play(("cap",), "none", context=EMPTY)
    slaps = parse_same_plays(same=["steal,slap"])
    assert SAME_PLAYS.needs_runner("steal")
    assert not slaps.needs_runner("steal")
    assert evidence_in(play, "steal") is Evidence.SILENT
    assert evidence_in(play, "steal", slaps) is Evidence.NOTHING
    assert (count_left_out([play], "steal"), count_left_out([play], "steal", slaps)) == (1, 0)
    caught = Play(("cap",), "caught_stealing", context=EMPTY)  # the cell of runners is wrong
    assert evidence_in(caught, "steal") is Evidence.CALLED


def test_an_encoded_log_counts_what_is_the_same() -> None:
    plays = [Play(("cap",), o) for o in ("steal", "double_steal", "delayed_steal", "slap", "none")]
    counts = []
    for same_plays in (SAME_PLAYS, parse_same_plays("delayed_steal", ["steal,slap"])):
        log = EncodedLog("steal", same_plays=same_plays)
        log.append(plays)
        counts.append([int(play.evidence) for play in log.plays])
    assert counts == [[0, 0, 0, 1, 2], [0, 0, 1, 0, 2]]


def test_called_plays_are_counted_by_outcome() -> None:
    outcomes = {"none": 9, "double_steal": 2, "steal": 5, "bunt": 1}
    assert SAME_PLAYS.count_called(outcomes, "steal") == {"steal": 5, "double_steal": 2}
    assert SAME_PLAYS.count_called(outcomes, "slap") == {}


@pytest.mark.parametrize(
    ("separate", "same", "message"),
    [
        ("slap", (), '"slap" does not count as a steal, so it cannot be made separate'),
        ("steal", (), '"steal" does not count as a steal'),
        ("", ["steal"], 'the group of same plays "steal" has fewer than two plays'),
        ("", ["slap,steal"], "does not begin with steal. Write steal,slap."),
        ("", ["steal,none"], '"none" is not a play that a coach calls'),
        ("", ["steal,slap", "bunt,slap"], '"slap" is in two groups'),
        ("double_steal", ["steal,double_steal"], '"double_steal" is to be separate and the same'),
        ("", ["steal,slpa"], 'the outcome "slpa" is not known'),
    ],
)
def test_groups_that_cannot_be(separate: str, same: list[str], message: str) -> None:
    with pytest.raises(SigndecoderError) as error:
        parse_same_plays(separate, same, declared=())
    assert message in str(error.value)


def test_outcomes_of_your_own_are_accepted() -> None:
    assert parse_same_plays(same=["steal,Pitch out"]).canonical("pitch_out") == "steal"
