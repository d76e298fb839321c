"""One thing changed about a coach: a habit that may give him away, or a measure against thieves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    NO_SIGNAL,
    Rule,
)
from signdecoder.simulation.behaviour import without_favourites
from signdecoder.simulation.coach import Coach
from signdecoder.simulation.sampling import draw_decoy
from signdecoder.simulation.seasons import Regime

SHOWN = 0.9  # the share of plays without a call that show a signal which is shown on purpose
DEAD_RULES = 3
DUMMIES = 0.2  # the share of plays without a call that hold the sign, wiped off
INNING, GAME = 5, 20  # plays in which signs are given
Kind = Literal["habit", "measure"]
Changed = tuple[Regime, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """What is changed. ``alter`` gives None where there is nothing to change.

    A key that changes does so every ``every`` plays; ``by_game``: between games, which the
    opponent knows to begin.
    """

    kind: Kind
    alter: Callable[[Coach, np.random.Generator], Coach | None]
    every: int = 0
    by_game: bool = False

    def fits(self, coach: Coach, plays: int) -> bool:
        """Is there anything to change about this coach, in so many plays?"""
        return self.every < plays and self.alter(coach, np.random.default_rng(0)) is not None

    def apply(self, coach: Coach, plays: int, rng: np.random.Generator) -> Changed:
        """The coach, changed; one after the other where his key changes every so often."""
        if not self.every:
            return (Regime(0, self.alter(coach, rng) or coach),)
        return tuple(self._regimes(coach, plays, rng))

    def games(self, plays: int) -> int:
        """How many games so many plays are."""
        return -(-plays // self.every) if self.by_game else 1

    def _regimes(self, coach: Coach, plays: int, rng: np.random.Generator) -> Iterator[Regime]:
        # As start_games divides them: the first play of each stretch.
        stretches = -(-plays // self.every)
        for n in range(stretches):
            yield Regime(-(-n * plays // stretches), coach)
            coach = self.alter(coach, rng) or coach


def _show_key(coach: Coach, rng: np.random.Generator) -> Coach | None:
    return _show(coach, _key(coach.rule))


def _show_live(coach: Coach, rng: np.random.Generator) -> Coach | None:
    return _show(coach, _live(coach.rule))


def _show(coach: Coach, signal: int) -> Coach | None:
    """He shows a signal of the rule in most plays without a call, too."""
    if signal == NO_SIGNAL:
        return None
    return replace(coach, strays=(*coach.strays, (signal, SHOWN)))


def _key(rule: Rule) -> int:
    return rule.indicator


def _live(rule: Rule) -> int:
    """The live signal, if it can be shown without calling."""
    calls_alone = rule.family == "hot" or FAMILIES[rule.family].counts
    return NO_SIGNAL if calls_alone else rule.calls[0]


def _add_dead_rules(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """He gives other rules, which mean nothing, each as often as the live one."""
    drawn = [draw_decoy(coach.rule, coach.habits.vocabulary, rng) for _ in range(DEAD_RULES)]
    decoys = tuple(decoy for decoy in drawn if decoy)
    if not decoys:
        return None
    # What calls a play is put over a decoy, so that these stand in the other plays.
    rate = min(coach.rates[0] / (1 - sum(coach.rates)), 0.95 / len(decoys))
    return replace(coach, decoys=decoys, decoy_rates=(rate,) * len(decoys))


def _spread_evenly(coach: Coach, rng: np.random.Generator) -> Coach | None:
    calling = coach.calling and without_favourites(coach.calling)
    return replace(coach, habits=without_favourites(coach.habits), calling=calling)


def _same_length(coach: Coach, rng: np.random.Generator) -> Coach | None:
    return replace(coach, calling=None) if coach.calling else None


def _wipe_off(coach: Coach, rng: np.random.Generator) -> Coach | None:
    free = _free(coach)
    if coach.rule.wipe_off != NO_SIGNAL or not free:
        return None
    rule = replace(coach.rule, wipe_off=int(rng.choice(free)))
    return replace(coach, rule=rule, dummy_rate=DUMMIES)


def _better_decoys(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """All that hides the rule in plays without a call, at once; None where that is one thing."""
    altered = [alter(coach, rng) for alter in (_show_key, _show_live, _add_dead_rules)]
    fitting = [better for better in altered if better]
    if len(fitting) < 2:
        return None
    strays = tuple(stray for better in fitting for stray in better.strays)
    return replace(altered[2] or coach, strays=strays)


def _another_key(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """The key, or the live signal of a rule without one, changes places with an idle signal."""
    rule, free = coach.rule, _free(coach)
    old = rule.indicator
    if old == NO_SIGNAL:
        old = rule.calls[0]
    if old == NO_SIGNAL or not free:
        return None
    new = int(rng.choice(free))
    return replace(
        coach,
        rule=_swap(rule, old, new),
        decoys=tuple(_swap(decoy, old, new) for decoy in coach.decoys),
    )


def _free(coach: Coach) -> list[int]:
    return [s for s in range(coach.habits.vocabulary) if s not in coach.rule.roles]


def _swap(rule: Rule, one: int, other: int) -> Rule:
    """The rule with two signals in each other's place."""

    def turn(signal: int) -> int:
        return {one: other, other: one}.get(signal, signal)

    counts = FAMILIES[rule.family].counts
    return replace(
        rule,
        indicator=turn(rule.indicator),
        second=turn(rule.second),
        calls=rule.calls if counts else tuple(map(turn, rule.calls)),
        wipe_off=turn(rule.wipe_off),
        activator=turn(rule.activator),
    )


CHANGES: Mapping[str, Intervention] = {
    "key": Intervention("habit", _show_key),
    "live": Intervention("habit", _show_live),
    "decoys": Intervention("habit", _add_dead_rules),
    "favourites": Intervention("habit", _spread_evenly),
    "length": Intervention("habit", _same_length),
    "wipe_off": Intervention("measure", _wipe_off),
    "key_each_inning": Intervention("measure", _another_key, every=INNING),
    "key_each_game": Intervention("measure", _another_key, every=GAME, by_game=True),
    "better_decoys": Intervention("measure", _better_decoys),
}
"""Every change by its name, habits first."""
