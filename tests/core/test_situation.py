"""The situation of a game advances by the rules of baseball, and not otherwise."""

from signdecoder.core.situation import Situation, parse_situation


def test_the_count_goes_up_to_a_walk() -> None:
    now = Situation().ball().ball().strike().ball()
    assert now.describe() == "top 1st · 0 out · 3-1"
    assert now.ball() == Situation()


def test_the_third_strike_is_an_out() -> None:
    assert Situation(balls=2).strike().strike().strike() == Situation(outs=1)


def test_three_outs_end_the_half_and_two_halves_the_inning() -> None:
    bottom = Situation(balls=1).out().out().out()
    assert bottom == Situation(1, "bottom")
    assert bottom.next_half() == Situation(2, "top")
    assert Situation(11, "bottom", 1, 0, 2).describe() == "bottom 11th · 1 out · 0-2"
    assert Situation(22).describe().startswith("top 22nd")


def test_a_situation_is_parsed_from_a_plays_context() -> None:
    moment = Situation(7, "bottom", 2, 3, 1)
    assert parse_situation({**moment.to_context(), "note": "windy"}) == moment


def test_an_incomplete_situation_is_none() -> None:
    assert parse_situation({}) is None
    assert parse_situation(Situation().to_context() | {"outs": "many"}) is None
    assert parse_situation(Situation().to_context() | {"half": "middle"}) is None
    assert parse_situation(Situation().to_context() | {"outs": "3"}) is None
