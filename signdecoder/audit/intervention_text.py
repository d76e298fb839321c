"""One change in a coach's words: what he does, and what was done instead."""

from __future__ import annotations

from signdecoder.audit.coach_spec import CoachSpec
from signdecoder.audit.descriptives import Descriptives, SignalUse
from signdecoder.audit.interventions import DEAD_RULES, DUMMIES, GAME, INNING, SHOWN
from signdecoder.audit.results import Audit, Effect
from signdecoder.core.text import percent

_SHOWINGS = ((0.2, "hardly ever"), (0.45, "seldom"), (0.75, "often"), (1.01, "nearly always"))


def change_words(audit: Audit, effect: Effect) -> str:
    """What the coach does, if it is known, and what was done in its place; no full stop."""
    tells, signs = audit.tells, audit.signs
    match effect.change:
        case "key" | "live":
            showing = tells.key if effect.change == "key" else tells.live
            assert showing is not None
            return f"{_showing_words(signs, showing)} Shown in {_tenths(SHOWN)} of those plays"
        case "decoys":
            return (
                f"The rule is shown in {percent(tells.rule)} of your plays{_dead_words(tells)}."
                f" With {DEAD_RULES} dead rules as common as the live one"
            )
        case "favourites":
            return f"{_favourite_words(audit)} All signals equally common"
        case "length":
            return (
                f"With a steal you give {tells.called_length:.1f} signals, with nothing on"
                f" {tells.dead_length:.1f}. The same length with both"
            )
        case "wipe_off":
            return (
                f"A signal that wipes off; {_tenths(DUMMIES)} plays with nothing on hold the sign"
                " and are wiped off"
            )
        case "key_each_inning":
            return f"Another key each inning, here {INNING} plays: {_read_words(effect)}"
        case "key_each_game":
            return f"Another key each game, here {GAME} plays: {_read_words(effect)}"
        case _:
            parts = [part for part in ("key", "live") if part not in audit.left_out]
            shown = " and ".join("live signal" if part == "live" else part for part in parts)
            return (
                f"Better decoys: {shown} in most plays with nothing on, and dead rules as common"
                " as the live one"
            )


def _dead_words(tells: Descriptives) -> str:
    if tells.dead_rule is None:
        return ""
    return f", the commonest rule like it that means nothing in {percent(tells.dead_rule)}"


def _showing_words(signs: CoachSpec, showing: SignalUse) -> str:
    name = signs.name(showing.signal)
    how = next(word for most, word in _SHOWINGS if showing.dead < most)
    steals = _tenths(showing.called)
    return (
        f"The {name} is {how} shown when nothing is on: {steals} of its showings come with a steal."
    )


def _favourite_words(audit: Audit) -> str:
    showing = audit.tells.key or audit.tells.live
    if showing is None or showing.another is None:
        return "You have favourites among your signals."
    return (
        f"The {audit.signs.name(showing.signal)} is in {percent(showing.plays)} of your plays,"
        f" another signal in {percent(showing.another)} on average."
    )


def _read_words(effect: Effect) -> str:
    before, after = percent(effect.foretold_before), percent(effect.foretold_after)
    return f"he foretells {after} of the steals instead of {before}"


def _tenths(share: float) -> str:
    tenths = round(10 * share)
    return "none" if tenths == 0 else "all" if tenths == 10 else f"{tenths} in 10"
