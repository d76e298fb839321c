"""Call schemes: rules without their live signal, which all plays of a sign card share.

A coach's plays have one key sign: "right after the cap, belt is a steal and wrist a bunt". The
scheme is "right after the cap"; what a sequence shows of it, the *value*, is the belt or the wrist.
In families that count, the value is a number. Schemes come from the base rules of all registered
families, so a new family takes part without code of its own.

Shapes: S schemes, W values, R rules, B base rules, V signals.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from signdecoder.bayes.class_rules import ClassRules
from signdecoder.bayes.counts import Floats, Places
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.rules.finders import distinct
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.rule import Rule


class Shown(NamedTuple):
    """The values that a sequence shows under each scheme, sorted by scheme, each once.

    Attributes
    ----------
    scheme : ndarray of int
        (E,) schemes.
    value : ndarray of int
        (E,) the value of each.
    """

    scheme: Places
    value: Places


class LongerShown(NamedTuple):
    """The values that a sequence shows, each with the signal that continues it to a longer call.

    Attributes
    ----------
    scheme, value : ndarray of int
        (E,) schemes, and the value of each.
    then : ndarray of int
        (E,) the signal after that value.
    longer : ndarray of int
        (E,) the scheme in which both are the call, and `then` is the value.
    """

    scheme: Places
    value: Places
    then: Places
    longer: Places


class CallSchemes:
    """All call schemes about V signals, numbered: variant by variant, as rules are.

    Parameters
    ----------
    hypotheses : Hypotheses
        The rules for V signals.

    Attributes
    ----------
    n : int
        The number S of schemes.
    n_values : int
        The number W of values that a scheme may have at most.
    takes_sets : ndarray of bool
        (S,) True where several values may call the same play.
    """

    def __init__(self, hypotheses: Hypotheses) -> None:
        self._hypotheses = hypotheses
        bases, v = hypotheses.bases, hypotheses.n_signals
        columns: list[tuple[Places, Places, Places]] = []  # base rules, places, values
        sets: list[np.ndarray] = []
        begun: list[tuple[Places, Places]] = []  # the place that each place continues, and at what
        first_place: dict[str, int] = {}
        self._n_places = 0
        for kind, layout in bases.layouts:
            if isinstance(kind, ClassRules) or layout.without_second:
                continue  # sets of values, and values that a second signal cancels
            base, place, value = _parts(layout, v)
            columns.append((bases.starts[layout.name] + base, self._n_places + place, value))
            n_places = int(place.max()) + 1
            sets.append(np.full(n_places, kind.takes_sets))
            first_place[layout.name] = self._n_places
            begun.append(_begun(layout, v, first_place.get(layout.continues, 0), n_places))
            self._n_places += n_places
        base, place, value = (np.concatenate(column) for column in zip(*columns, strict=True))
        possible = hypotheses.prior.reshape(-1, bases.n)[0, base] > 0
        base, place, value = base[possible], place[possible], value[possible]
        order = np.argsort(base, kind="stable")
        self._base, self._place, self._value = base[order], place[order], value[order]
        # Where the entries of each base rule begin, and end.
        self._begins = np.searchsorted(self._base, np.arange(bases.n + 1))
        self.n_values = int(self._value.max()) + 1
        self.n = hypotheses.n_variants * self._n_places
        self.takes_sets = np.tile(np.concatenate(sets), hypotheses.n_variants)
        self._begun_place, self._begun_value = map(np.concatenate, zip(*begun, strict=True))

    @cached_property
    def log_prior(self) -> Floats:
        """(S,) log prior of each scheme; -inf where no rule belongs to it."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self._prior.sum(axis=1)))

    @cached_property
    def value_shares(self) -> Floats:
        """(S, W) prior probability of each value, given the scheme."""
        total = self._prior.sum(axis=1, keepdims=True)
        shares = np.zeros_like(self._prior)
        return np.asarray(np.divide(self._prior, total, out=shares, where=total > 0))

    @cached_property
    def _prior(self) -> Floats:
        """(S, W) joint prior of scheme and value; a rule with two schemes gives half to each."""
        by_rule = self._hypotheses.prior.reshape(self._hypotheses.n_variants, -1)
        entries = np.diff(self._begins)[self._base]
        prior = np.zeros((self._hypotheses.n_variants, self._n_places, self.n_values))
        prior[:, self._place, self._value] = by_rule[:, self._base] / entries
        return prior.reshape(self.n, self.n_values)

    @property
    def null_prior(self) -> float:
        """The prior probability that signals are meaningless."""
        return self._hypotheses.null_prior

    def place(self, scheme: Places | int) -> Places:
        """Return what schemes are without their wipe-off or activator, as a number.

        Parameters
        ----------
        scheme : ndarray of int or int
            Any number of schemes.

        Returns
        -------
        ndarray of int
            As many numbers; equal for schemes that differ in the wipe-off or activator alone.
        """
        return np.asarray(scheme) % self._n_places

    def shown(self, sequence: tuple[int, ...]) -> Shown:
        """Return what a sequence shows of every scheme.

        Parameters
        ----------
        sequence : tuple of int
            Signals; those below zero or from V on have no role.

        Returns
        -------
        Shown
            The values.
        """
        variant, base = np.divmod(
            self._hypotheses.matching_rules(sequence).astype(np.int64), self._hypotheses.n_bases
        )
        begin, count = self._begins[base], np.diff(self._begins)[base]
        first = np.cumsum(count) - count
        entry = np.repeat(begin - first, count) + np.arange(int(count.sum()))
        scheme = np.repeat(variant, count) * self._n_places + self._place[entry]
        cell = distinct(scheme * self.n_values + self._value[entry])
        return Shown(*np.divmod(cell, self.n_values))

    def longer_shown(self, shown: Shown) -> LongerShown:
        """Return which of the values that a sequence shows begin a longer call, and how it goes on.

        Parameters
        ----------
        shown : Shown
            What the sequence shows.

        Returns
        -------
        LongerShown
            The values, sorted by longer scheme; one value may go on in several ways.
        """
        scheme, then = (x[self._begun_place[self.place(shown.scheme)] >= 0] for x in shown)
        place = self.place(scheme)
        begun = scheme - place + self._begun_place[place]
        return LongerShown(begun, self._begun_value[place], then, scheme)

    def longer(self, scheme: int, value: int) -> int:
        """Return the scheme in which a value of another scheme comes before what calls.

        Parameters
        ----------
        scheme, value : int
            A scheme and a value that begins a longer call.

        Returns
        -------
        int
            The scheme of the longer call.
        """
        place = int(self.place(scheme))
        is_it = (self._begun_place == place) & (self._begun_value == value)
        return scheme - place + int(np.flatnonzero(is_it)[0])

    def rule(self, scheme: int, value: int) -> Rule:
        """Return the rule that says that one value of a scheme calls a play.

        Parameters
        ----------
        scheme, value : int
            Their numbers.

        Returns
        -------
        Rule
            The rule.

        Raises
        ------
        ValueError
            If no rule has this value.
        """
        variant, place = divmod(scheme, self._n_places)
        found = np.flatnonzero((self._place == place) & (self._value == value))
        if not len(found):
            raise ValueError(f"scheme {scheme} has no value {value}")
        rule_id = variant * self._hypotheses.n_bases + int(self._base[found[0]])
        rule = self._hypotheses.rule(rule_id)
        if not rule.counts and rule.indicator == value:  # the two signals can be swapped
            rule = replace(rule, indicator=rule.calls[0], calls=(value,))
        return rule


def _parts(layout: FamilyLayout, v: int) -> tuple[Places, Places, Places]:
    """Return the place and the value of base rules of a layout, by their number in it.

    The place numbers what comes before the live signal. If two signals can be swapped, either may
    be what the plays share: such a rule has two places.
    """
    base, role = np.arange(layout.size(v)), layout.signals_by_role(v)
    count = max(1, len(layout.numbers))
    number = base // (len(base) // count)
    if "l" not in role:
        return base, _joint([role[name] for name in layout.roles], v, base), number
    if layout.interchangeable == "kl":
        key, live = role["k"], role["l"]
        both = np.concatenate([base, base])
        return both, np.concatenate([key, live]), np.concatenate([live, key])
    others = [role[name] for name in layout.roles if name != "l"]
    return base, _joint(others, v, base) * count + number, role["l"]


def _begun(layout: FamilyLayout, v: int, first_place: int, n_places: int) -> tuple[Places, Places]:
    """Return the place that each place of a layout continues, and the value; -1 if it does not.

    ``first_place`` is the first place of the layout that this one continues.
    """
    place, value = np.full((2, n_places), -1)
    if layout.continues:
        role = layout.signals_by_role(v)
        own = _joint([role[name] for name in layout.roles if name != "l"], v, role["l"])
        begun = [role[name] for name in layout.roles if name not in "sl"]
        place[own] = first_place + _joint(begun, v, role["l"])
        value[own] = role["s"]
    return place, value


def _joint(signals: list[Places], v: int, base: Places) -> Places:
    """Return one number for the signals of several roles, for each base rule."""
    joint = np.zeros_like(base)
    for each in signals:
        joint = joint * v + each
    return joint
