"""Describe one intervention: what you do now, and what was tried instead."""

from __future__ import annotations

from signdecoder.audit.coach_spec import CoachSpec
from signdecoder.audit.descriptives import Descriptives, SignalUse
from signdecoder.audit.interventions import DUMMY_RATE, FAKE_RULES, GAME, INNING, SHOWN
from signdecoder.audit.results import Audit, Effect
from signdecoder.core.text import percent

_FREQUENCIES = ((0.2, "almost never"), (0.45, "rarely"), (0.75, "often"), (1.01, "almost always"))


def describe_intervention(audit: Audit, effect: Effect) -> str:
    """Return what you do now, if it is known, and what was tried instead, without a period."""
    tells, spec = audit.tells, audit.spec
    match effect.change:
        case "key" | "live":
            use = tells.key if effect.change == "key" else tells.live
            assert use is not None
            return f"{_use_text(spec, use)} Instead, show it in {percent(SHOWN)} of those plays"
        case "decoys":
            return (
                f"Your rule appears in {percent(tells.rule)} of your plays{_fake_rule_text(tells)}."
                f" Instead, add {FAKE_RULES} fake rules that appear as often as the real one"
            )
        case "favourites":
            return f"{_favorites_text(audit)} Instead, use all signals equally often"
        case "length":
            return (
                f"You give {tells.called_length:.1f} signals with a steal on and"
                f" {tells.dead_length:.1f} with nothing on. Instead, give the same number with"
                " both"
            )
        case "wipe_off":
            return (
                f"Add a wipe-off: in {percent(DUMMY_RATE)} of the plays with nothing on, show the"
                " steal sign and cancel it"
            )
        case "key_each_inning":
            return f"Use a new key sign each inning (here {INNING} plays): {_steals_text(effect)}"
        case "key_each_game":
            return f"Use a new key sign each game (here {GAME} plays): {_steals_text(effect)}"
        case _:
            names = {"key": "key sign", "live": "live signal"}
            shown = " and ".join(n for part, n in names.items() if part not in audit.left_out)
            return (
                f"Use better decoys: show the {shown} in most plays with nothing on, and add fake"
                " rules that appear as often as the real one"
            )


def _fake_rule_text(tells: Descriptives) -> str:
    if tells.dead_rule is None:
        return ""
    return f", the most common rule like it that means nothing in {percent(tells.dead_rule)}"


def _use_text(spec: CoachSpec, use: SignalUse) -> str:
    frequency = next(word for most, word in _FREQUENCIES if use.dead < most)
    return (
        f"You {frequency} show the {spec.name(use.signal)} when nothing is on:"
        f" {_how_many_times(use.called)} you show it, a steal is on."
    )


def _favorites_text(audit: Audit) -> str:
    use = audit.tells.key or audit.tells.live
    if use is None or use.another is None:
        return "You use some signals more than others."
    return (
        f"The {audit.spec.name(use.signal)} is in {percent(use.plays)} of your plays,"
        f" other signals in {percent(use.another)} on average."
    )


def _steals_text(effect: Effect) -> str:
    before, after = percent(effect.foretold_before), percent(effect.foretold_after)
    return f"an opponent then calls {after} of your steals instead of {before}"


def _how_many_times(share: float) -> str:
    tenths = round(10 * share)
    return "every time" if tenths == 10 else f"{tenths} in 10 times"
