"""The base rules for V signals, numbered: all rules without a wipe-off or an activator."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.class_rules import ClassRules, SignalClasses
from signdecoder.bayes.other_plays import ALONE, HIDDEN, SEVERAL, Showings
from signdecoder.rules.family import RuleFamily
from signdecoder.rules.finders import distinct
from signdecoder.rules.layout import FamilyLayout, Ints
from signdecoder.rules.prior import FLATTENED
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import NO_SIGNAL, Rule


class BaseRules:
    """All base rules for V signals: layout after layout of the registered families.

    Parameters
    ----------
    n_signals : int
        The number V of signals.
    classes : tuple of frozenset of int
        Classes of signals that rules may be about.

    Attributes
    ----------
    classes : tuple of frozenset of int
        The classes of signals.
    layouts : tuple of (RuleFamily or ClassRules, FamilyLayout)
        The layouts in their order.
    starts : dict of str to int
        The number of the first base rule of each layout, by its name.
    n : int
        The number B of base rules, impossible ones included.
    n_contexts : int
        The number F of contexts, such as "right after ear"; context 0 belongs to the base rules
        that share nothing with the coach's other plays.
    context : numpy.ndarray of int64, shape (B,)
        The context of each base rule.
    live : numpy.ndarray of int64, shape (B,)
        What distinguishes a base rule from others in its context: its live signal, or the index of
        its number.
    """

    def __init__(self, n_signals: int, classes: SignalClasses = ()) -> None:
        self.n_signals = n_signals
        self.classes = classes
        kinds: list[RuleFamily | ClassRules] = [*FAMILIES.values(), ClassRules(classes)]
        self.layouts = tuple((kind, layout) for kind in kinds for layout in kind.layouts)
        self.starts: dict[str, int] = {}
        self.n = 0
        for _, layout in self.layouts:
            self.starts[layout.name] = self.n
            self.n += layout.size(n_signals)
        self.n_contexts, self.context, self.live = self._number_contexts()

    @property
    def n_live_max(self) -> int:
        """How many live signals, or numbers, one context can have at most."""
        return max(self.n_signals, *(len(layout.numbers) for _, layout in self.layouts))

    @cached_property
    def key_signs(self) -> tuple[Ints, Ints]:
        """Two (B,) arrays: the key sign of each, and the other one if either will do; V: none."""
        first, other = zip(
            *(layout.key_signs(self.n_signals) for _, layout in self.layouts), strict=True
        )
        return np.concatenate(first), np.concatenate(other)

    def rule(self, base: int) -> Rule:
        """Build the rule of a number.

        Parameters
        ----------
        base : int
            Number of a base rule.

        Returns
        -------
        Rule
            The rule, for the called play alone.
        """
        family, layout = self._layout_of(base)
        index, *signals = np.unravel_index(
            base - self.starts[layout.name], layout.shape(self.n_signals)
        )
        role = dict(zip(layout.roles, map(int, signals), strict=True))
        number = layout.numbers[int(index)] if layout.numbers else NO_SIGNAL
        return family.base_rule(layout, role, number)

    def mirror(self, base: int) -> int:
        """Find the other base rule that matches the same sequences.

        Parameters
        ----------
        base : int
            Number of a base rule.

        Returns
        -------
        int
            Number of the other one, or of this one if there is none.
        """
        _, layout = self._layout_of(base)
        if not layout.mirror:
            return base
        key, live = divmod(base - self.starts[layout.name], self.n_signals)
        return self.starts[layout.mirror] + live * self.n_signals + key

    def weight(self, family: RuleFamily | ClassRules, layout: FamilyLayout) -> float:
        """Compute the prior weight of a layout for a coach with V signals.

        Parameters
        ----------
        family : RuleFamily or ClassRules
            The family.
        layout : FamilyLayout
            One of its layouts.

        Returns
        -------
        float
            The weight relative to other layouts; 0 if V is too small for the family.
        """
        if self.n_signals < family.smallest_vocabulary:
            return 0.0
        return float(family.weight**FLATTENED) * layout.share

    def places_in(self, larger: BaseRules) -> Ints:
        """Find each base rule among those for more signals.

        Parameters
        ----------
        larger : BaseRules
            The base rules for more signals.

        Returns
        -------
        numpy.ndarray of int64, shape (B,)
            Their numbers there.
        """
        places = np.empty(self.n, np.int64)
        for _, layout in self.layouts:
            start, shape = self.starts[layout.name], layout.shape(self.n_signals)
            inside = np.indices(shape).reshape(len(shape), -1)
            there = np.ravel_multi_index(tuple(inside), layout.shape(larger.n_signals))
            places[start : start + there.size] = larger.starts[layout.name] + there
        return places

    def origins(self, fewer: BaseRules) -> Ints:
        """Find, for each base rule, the one about fewer signals that no play can tell from it.

        Parameters
        ----------
        fewer : BaseRules
            The base rules about fewer signals; the others have not been shown yet.

        Returns
        -------
        numpy.ndarray of int64, shape (B,)
            Their numbers there; -1 for a rule that has never called anything.
        """
        origins = np.full(self.n, -1)
        origins[fewer.places_in(self)] = np.arange(fewer.n)
        for _, layout in self.layouts:
            if layout.without_second:
                role = layout.signals_by_role(self.n_signals)
                is_new = np.flatnonzero(role["s"] >= fewer.n_signals)
                others = tuple(role[letter][is_new] for letter in layout.roles if letter != "s")
                simpler = np.ravel_multi_index(others, (self.n_signals,) * len(others))
                place = self.starts[layout.name] + is_new
                origins[place] = origins[self.starts[layout.without_second] + simpler]
        return origins

    def matches_after(self, sequences: Ints) -> NDArray[np.bool_]:
        """Find which base rules match what is left of sequences from each place on.

        Parameters
        ----------
        sequences : numpy.ndarray of int64, shape (N, T)
            Sequences of one length.

        Returns
        -------
        numpy.ndarray of bool, shape (N, T, B)
            True where the sequence from this place on matches; at 0, the whole sequence.
        """
        count, length = sequences.shape
        until = np.full(count * self.n, -1)  # the last place from which on it still matches
        matches = np.zeros(count * length * self.n, np.bool_)
        for _, layout in self.layouts:
            found = layout.find(sequences, self.n_signals)
            base, known = self._numbers(layout, found.roles)
            row, first, last = (x[known] for x in (found.row, found.first, found.last))
            cell, whole = row * self.n + base, first == 0
            np.maximum.at(until, cell[whole], last[whole])
            if not whole.all():  # matches from a later place on, but not from the first
                entry, begin = _count_through(first[~whole], last[~whole])
                matches[(row[~whole][entry] * length + begin) * self.n + base[~whole][entry]] = True
        begins = np.arange(length)[:, None]
        later = matches.reshape(count, length, self.n)
        return later | (until.reshape(count, 1, self.n) >= begins)

    def contexts_shown(self, sequences: Ints) -> list[Showings]:
        """Find what sequences show in each context.

        Parameters
        ----------
        sequences : numpy.ndarray of int64, shape (N, T)
            Sequences of one length.

        Returns
        -------
        list of N numpy.ndarray of int64, shape (F,)
            HIDDEN, SEVERAL, or ALONE plus the one live signal (or index of a number) shown.
        """
        rows = []
        for _, layout in self.layouts:
            if layout.context:
                found = layout.find(sequences, self.n_signals)
                base, known = self._numbers(layout, found.roles)
                rows.append((found.row[known] * self.n + base)[found.first[known] == 0])
        row, bases = np.divmod(distinct(np.concatenate(rows)), self.n)
        cell = row * self.n_contexts + self.context[bases]
        shown = np.full((len(sequences), self.n_contexts), HIDDEN)
        several = np.bincount(cell, minlength=shown.size)[cell] > 1
        shown.ravel()[cell] = np.where(several, SEVERAL, ALONE + self.live[bases])
        return list(shown)

    def _layout_of(self, base: int) -> tuple[RuleFamily | ClassRules, FamilyLayout]:
        return next(
            (family, layout)
            for family, layout in reversed(self.layouts)
            if self.starts[layout.name] <= base
        )

    def _numbers(
        self, layout: FamilyLayout, columns: tuple[Ints, ...]
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Number the base rules of (E,) matches; and which of them, (E,), have signals below V."""
        roles = columns[: len(layout.roles)]
        base = columns[-1] if layout.numbers or not roles else np.zeros_like(roles[0])
        within = np.ones(len(base), np.bool_)
        for signals in roles:
            base = base * self.n_signals + signals
            within &= (signals >= 0) & (signals < self.n_signals)
        return np.asarray(self.starts[layout.name] + base[within]), within

    def _number_contexts(self) -> tuple[int, Ints, Ints]:
        """Count the contexts; number that of each base rule (B,); and what it has there, (B,)."""
        context, live = np.zeros((2, self.n), np.int64)
        count, v = 1, self.n_signals
        for _, layout in self.layouts:
            if layout.context:
                role = layout.signals_by_role(v)
                size = layout.size(v)
                own = np.zeros(size, np.int64)
                for name in layout.context:
                    own = own * v + role[name]
                start = self.starts[layout.name]
                context[start : start + size] = count + own
                numbers = np.arange(size) // (size // max(1, len(layout.numbers)))
                live[start : start + size] = numbers if layout.numbers else role["l"]
                count += v ** len(layout.context)
            elif layout.context_of:
                other = self.starts[layout.context_of]
                start, size = self.starts[layout.name], layout.size(v)
                (indicator,) = layout.signals_by_role(v).values()
                context[start : start + size] = context[other + indicator * v]
        return count, context, live


def _count_through(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Chain ranges of places (E,): which range, and which place in it, for each."""
    count = last - first + 1
    entry = np.repeat(np.arange(len(count)), count)
    return entry, np.arange(len(entry)) - (np.cumsum(count) - count - first)[entry]
