"""Interventions: change one habit that may give a coach away, or take a countermeasure."""

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
from signdecoder.simulation.random_rules import draw_decoy
from signdecoder.simulation.seasons import Regime

SHOWN = 0.9  # share of plays without a call in which a signal is shown on purpose
FAKE_RULES = 3
DUMMY_RATE = 0.2  # share of plays without a call that show the sign and wipe it off
INNING, GAME = 5, 20  # number of plays
Kind = Literal["habit", "measure"]
Changed = tuple[Regime, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """One intervention. ``alter`` returns None if there is nothing to change.

    With ``every`` N, the key sign changes every N plays; with ``by_game``, only between games,
    which the opponent knows about.
    """

    kind: Kind
    alter: Callable[[Coach, np.random.Generator], Coach | None]
    every: int = 0
    by_game: bool = False

    def fits(self, coach: Coach, plays: int) -> bool:
        """Return True if there is something to change about this coach within this many plays."""
        return self.every < plays and self.alter(coach, np.random.default_rng(0)) is not None

    def apply(self, coach: Coach, plays: int, rng: np.random.Generator) -> Changed:
        """Return the changed coach, with a regime for each key sign if it changes."""
        if not self.every:
            return (Regime(0, self.alter(coach, rng) or coach),)
        return tuple(self._regimes(coach, plays, rng))

    def games(self, plays: int) -> int:
        """Return the number of games that this many plays are."""
        return -(-plays // self.every) if self.by_game else 1

    def _regimes(self, coach: Coach, plays: int, rng: np.random.Generator) -> Iterator[Regime]:
        # Divide the plays like start_games does.
        n_regimes = -(-plays // self.every)
        for n in range(n_regimes):
            yield Regime(-(-n * plays // n_regimes), coach)
            coach = self.alter(coach, rng) or coach


def _show_key(coach: Coach, rng: np.random.Generator) -> Coach | None:
    return _show(coach, _key(coach.rule))


def _show_live(coach: Coach, rng: np.random.Generator) -> Coach | None:
    return _show(coach, _live(coach.rule))


def _show(coach: Coach, signal: int) -> Coach | None:
    """Show a signal of the rule in most plays without a call, too."""
    if signal == NO_SIGNAL:
        return None
    return replace(coach, strays=(*coach.strays, (signal, SHOWN)))


def _key(rule: Rule) -> int:
    return rule.indicator


def _live(rule: Rule) -> int:
    """Return the live signal, if showing it alone calls nothing."""
    calls_alone = rule.counts or FAMILIES[rule.family].calling_alone(rule)
    return NO_SIGNAL if calls_alone else rule.calls[0]


def _add_fake_rules(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """Give other rules, which mean nothing, each as often as the real one."""
    candidates = [draw_decoy(coach.rule, coach.habits.vocabulary, rng) for _ in range(FAKE_RULES)]
    decoys = tuple(decoy for decoy in candidates if decoy)
    if not decoys:
        return None
    # A call replaces the decoys of a play, so they remain in the other plays only.
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
    return replace(coach, rule=rule, dummy_rate=DUMMY_RATE)


def _better_decoys(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """Combine everything that hides the rule in other plays, if that is two things or more."""
    altered = [alter(coach, rng) for alter in (_show_key, _show_live, _add_fake_rules)]
    fitting = [better for better in altered if better]
    if len(fitting) < 2:
        return None
    strays = tuple(stray for better in fitting for stray in better.strays)
    return replace(altered[2] or coach, strays=strays)


def _another_key(coach: Coach, rng: np.random.Generator) -> Coach | None:
    """Swap the key sign, or the live signal of a rule without one, with an unused signal."""
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
    """Return the rule with two signals swapped."""

    def swap(signal: int) -> int:
        return {one: other, other: one}.get(signal, signal)

    return replace(
        rule,
        indicator=swap(rule.indicator),
        second=swap(rule.second),
        calls=rule.calls if rule.counts else tuple(map(swap, rule.calls)),
        wipe_off=swap(rule.wipe_off),
        activator=swap(rule.activator),
        more_live=tuple(map(swap, rule.more_live)),
        more_indicators=tuple(map(swap, rule.more_indicators)),
    )


INTERVENTIONS: Mapping[str, Intervention] = {
    "key": Intervention("habit", _show_key),
    "live": Intervention("habit", _show_live),
    "decoys": Intervention("habit", _add_fake_rules),
    "favourites": Intervention("habit", _spread_evenly),
    "length": Intervention("habit", _same_length),
    "wipe_off": Intervention("measure", _wipe_off),
    "key_each_inning": Intervention("measure", _another_key, every=INNING),
    "key_each_game": Intervention("measure", _another_key, every=GAME, by_game=True),
    "better_decoys": Intervention("measure", _better_decoys),
}
"""Every intervention by its name, habits first."""
