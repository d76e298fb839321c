"""Every rule that a coach with V signals may have, by number, and which of them a sequence shows.

A rule is a *base*, such as "next, key 3, live 5", in a *variant*: plain, with a wipe-off, or with
an activator. Rule ``variant * bases + base`` has a prior chance from ``grammar.py``. What a
sequence shows is found from its pairs and triples of signals, not by trying every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from signdecoder.bayes.blocks import BLOCKS, FamilyLayout, Floats, Places
from signdecoder.bayes.features import RuleMatches, find_matches
from signdecoder.bayes.other_plays import ALONE, HIDDEN, SEVERAL, Showings
from signdecoder.rules import prior as grammar
from signdecoder.rules.rule import NO_SIGNAL, Rule

Rules = NDArray[np.int32]  # rules by number
Found = TypeVar("Found")

_KEPT = 1024  # sequences whose rules are remembered
_ROOM = 1 << 24  # bytes, about, that sequences take which are looked at together
_UNIT = 2.0**52  # a prior is a whole number of its parts
_BLOCK = {block.name: block for block in BLOCKS}


class Hypotheses:
    """The rules for ``signals`` different signals, with their prior; the null rule is not one.

    ``prior`` (R,) sums to 1 less the null rule's; ``bases`` are B, variants 1 + 3 V: plain, V that
    wipe off what came before, V that wipe off everything, V activators. ``frame`` (B,) is what a
    base shares with the coach's other plays, 0 for nothing, and ``live`` (B,) what it does not.
    """

    def __init__(self, signals: int) -> None:
        self.signals = signals
        sizes = [int(np.prod(block.shape(signals))) for block in BLOCKS]
        self.starts = dict(zip((b.name for b in BLOCKS), np.cumsum([0, *sizes[:-1]]), strict=True))
        self.bases = sum(sizes)
        self.variants = 1 + 3 * signals
        self.null_prior = grammar.FAMILY_WEIGHTS["null"]
        self.prior = self._prior()
        self.frames, self.frame, self.live = self._frames()
        self._called: dict[tuple[int, ...], Rules] = {}
        self._framed: dict[tuple[int, ...], Showings] = {}

    @property
    def most_live(self) -> int:
        """How many live signals, or numbers, a frame may hold at the most."""
        return max(self.signals, *(len(block.numbers) for block in BLOCKS))

    def __len__(self) -> int:
        """How many rules there are."""
        return self.variants * self.bases

    # --- what a sequence shows --------------------------------------------------------------------

    def called(self, sequence: tuple[int, ...]) -> Rules:
        """The rules by which this sequence calls the play, each once.

        A signal below zero or past ``signals`` plays no role, but equal ones are equal.
        """
        return self.called_by_each([sequence])[0]

    def called_by_each(self, sequences: Sequence[tuple[int, ...]]) -> list[Rules]:
        """The same for many sequences at once, which takes less than one by one."""
        return self._remember(self._called, sequences, self._find_called)

    def _find_called(self, runs: Places) -> list[Rules]:
        """The rules by which each of (N, T) sequences calls the play."""
        v, places = self.signals, np.arange(runs.shape[1])
        left = self._left(runs)
        # A signal wipes off all up to the last of its kind.
        again = (runs[:, :, None] == runs[:, None, :]) & (places[:, None] < places)
        ends = ~again.any(axis=2) & (runs >= 0) & (runs < v)
        found = []
        for run, shown, end in zip(runs.tolist(), left, ends, strict=True):
            absent = [signal for signal in range(v) if signal not in run]
            variants = [0, *(1 + w for w in absent), *(1 + v + w for w in absent)]
            if 0 <= run[-1] < v:
                variants.append(1 + 2 * v + run[-1])
            whole = np.array(variants)[:, None] * self.bases + np.flatnonzero(shown[0])
            wipe_offs = np.flatnonzero(end[:-1])
            at, bases = np.divmod(np.flatnonzero(shown[wipe_offs + 1]), self.bases)
            wiped = (1 + np.array(run)[wipe_offs[at]]) * self.bases + bases
            called = np.concatenate([whole.ravel(), wiped]).astype(np.int32)
            found.append(called[self.prior[called] > 0])
        return found

    def _left(self, runs: Places) -> NDArray[np.bool_]:
        """(N, T, B): does what is left of each run, from each place on, show each base?"""
        size, (count, length) = self.bases, runs.shape
        until = np.full(count * size, -1)  # the last place from which on it is still shown
        shown = np.zeros(count * length * size, np.bool_)
        for block in BLOCKS:
            seen = self._sight(block, runs)
            base, known = self._place(block, seen.roles)
            run, first, last = (x[known] for x in (seen.run, seen.first, seen.last))
            row, whole = run * size + base, first == 0
            np.maximum.at(until, row[whole], last[whole])
            if not whole.all():  # shown from a later place on, but not from the first
                entry, begin = _count_through(first[~whole], last[~whole])
                shown[(run[~whole][entry] * length + begin) * size + base[~whole][entry]] = True
        begins = np.arange(length)[:, None]
        return shown.reshape(count, length, size) | (until.reshape(count, 1, size) >= begins)

    def _sight(self, block: FamilyLayout, runs: Places) -> RuleMatches:
        """What runs show of one kind of rule."""
        if block.name != "two hot":
            return find_matches(block.name, runs)
        # Two hot signs: either will do, whatever the other is.
        hot = find_matches("hot", runs)
        run, first, last, one = (
            np.repeat(x, self.signals) for x in (hot.run, hot.first, hot.last, hot.roles[0])
        )
        other = np.tile(np.arange(self.signals), len(hot.run))
        return RuleMatches(run, (np.minimum(one, other), np.maximum(one, other)), first, last)

    def _place(
        self, block: FamilyLayout, columns: tuple[Places, ...]
    ) -> tuple[Places, NDArray[np.bool_]]:
        """The numbers of bases, from their signals by role and, last, the place of their number.

        And which are kept: those of signals that play a role.
        """
        roles = columns[: len(block.roles)]
        base = columns[-1] if block.numbers or not roles else np.zeros_like(roles[0])
        within = np.ones(len(base), np.bool_)
        for signals in roles:
            base = base * self.signals + signals
            within &= (signals >= 0) & (signals < self.signals)
        return np.asarray(self.starts[block.name] + base[within]), within

    def framed(self, sequence: tuple[int, ...]) -> Showings:
        """(F,) what the sequence shows of each frame: where another play could stand, and which."""
        return self._remember(self._framed, [sequence], self._find_framed)[0]

    def _find_framed(self, runs: Places) -> list[Showings]:
        """What each of (N, T) sequences shows of each frame."""
        rows = []
        for block in BLOCKS:
            if block.frame:
                seen = self._sight(block, runs)
                base, known = self._place(block, seen.roles)
                rows.append((seen.run[known] * self.bases + base)[seen.first[known] == 0])
        run, bases = np.divmod(np.unique(np.concatenate(rows)), self.bases)
        place = run * self.frames + self.frame[bases]
        found = np.full((len(runs), self.frames), HIDDEN)
        several = np.bincount(place, minlength=found.size)[place] > 1
        found.ravel()[place] = np.where(several, SEVERAL, ALONE + self.live[bases])
        return list(found)

    def _remember(
        self,
        kept: dict[tuple[int, ...], Found],
        sequences: Sequence[tuple[int, ...]],
        find: Callable[[Places], list[Found]],
    ) -> list[Found]:
        """What is found in each sequence, looked for once; the last ``_KEPT`` are kept.

        Those of one length are looked at together, as far as there is room.
        """
        by_length: dict[int, list[tuple[int, ...]]] = {}
        for sequence in dict.fromkeys(sequences):
            if sequence not in kept:
                by_length.setdefault(len(sequence), []).append(sequence)
        for length, fresh in by_length.items():
            most = max(1, _ROOM // (length * (self.bases + 8 * length**2)))
            for begin in range(0, len(fresh), most):
                part = fresh[begin : begin + most]
                kept.update(zip(part, find(np.array(part, np.int64)), strict=True))
        found = [kept[sequence] for sequence in sequences]
        while len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return found

    # --- what the rules are -----------------------------------------------------------------------

    def system(self, rule: int) -> Rule:
        """The rule of this number, its called play alone."""
        variant, base = divmod(int(rule), self.bases)
        block = next(b for b in reversed(BLOCKS) if self.starts[b.name] <= base)
        place, *signals = np.unravel_index(
            base - self.starts[block.name], block.shape(self.signals)
        )
        role = dict(zip(block.roles, map(int, signals), strict=True))
        number = block.numbers[int(place)] if block.numbers else NO_SIGNAL
        counts = block.family in ("count_after", "count_of")
        kind, which = divmod(variant - 1, self.signals)
        second = role.get("s", role["k"] if block.name == "between equals" else NO_SIGNAL)
        return Rule(
            block.family,
            (number if counts else role.get("l", NO_SIGNAL),),
            role.get("k", NO_SIGNAL),
            second,
            number if block.family == "position" else block.step,
            wipe_off=which if kind in (0, 1) else NO_SIGNAL,
            wipes_anywhere=kind == 1,
            activator=which if kind == 2 else NO_SIGNAL,
        )

    @cached_property
    def key_signs(self) -> tuple[Places, Places]:
        """(B,) twice: the key sign of each base, and the other where two are equal; V for none."""
        first, other = zip(*(block.key_signs(self.signals) for block in BLOCKS), strict=True)
        return np.concatenate(first), np.concatenate(other)

    def same_calls(self, rule: int) -> int:
        """The rule that calls the very same sequences in other words, or this one again."""
        variant, base = divmod(int(rule), self.bases)
        inside = base - self.starts["before"]
        if 0 <= inside < self.signals**2:  # l before k is k right after l
            key, live = divmod(inside, self.signals)
            base = self.starts["next"] + live * self.signals + key
        elif base < self.signals**2:
            key, live = divmod(base, self.signals)
            base = self.starts["before"] + live * self.signals + key
        return int(variant * self.bases + base)

    def places_in(self, larger: Hypotheses) -> Places:
        """(R,) the number that each rule has among the rules for more signals."""
        v, base = self.signals, np.empty(self.bases, np.int64)
        for block in BLOCKS:
            start, shape = self.starts[block.name], block.shape(v)
            inside = np.indices(shape).reshape(len(shape), -1)
            there = np.ravel_multi_index(tuple(inside), block.shape(larger.signals))
            base[start : start + there.size] = larger.starts[block.name] + there
        kinds = 1 + np.arange(3)[:, None] * larger.signals + np.arange(v)
        variant = np.concatenate([[0], kinds.ravel()])
        return np.asarray((variant[:, None] * larger.bases + base).ravel())

    def _prior(self) -> Floats:
        """(R,) the chance of each rule before the first play."""
        v, prior = self.signals, np.zeros((self.variants, self.bases))
        groups = (slice(0, 1), *(slice(1 + kind * v, 1 + (kind + 1) * v) for kind in range(3)))
        extra = ((np.arange(self.variants) - 1) % v)[:, None]
        for block in BLOCKS:
            # The wipe-off or activator is none of the signals that mean something else.
            odds = np.tile(block.base_odds(v), (self.variants, 1))
            for signals in block.signals_by_role(v).values():
                odds[1:] = np.where(extra[1:] == signals, 0.0, odds[1:])
            start = self.starts[block.name]
            for group, share in zip(groups, block.variant_shares, strict=True):
                chance = odds[group] * block.weight(v) * share
                prior[group, start : start + odds.shape[1]] = chance / max(odds[group].sum(), 1e-9)
        exact = prior.ravel() * (1 - self.null_prior) / prior.sum()
        # Sums and differences of such fractions are exact: nothing is left where all went away.
        return np.asarray(np.rint(exact * _UNIT) / _UNIT)

    def _frames(self) -> tuple[int, Places, Places]:
        """How many frames there are; the one of each base; its live signal, or number's place."""
        frame, live = np.zeros((2, self.bases), np.int64)
        count, v = 1, self.signals
        for block in BLOCKS:
            if block.frame:
                role = block.signals_by_role(v)
                size = int(np.prod(block.shape(v)))
                own = np.zeros(size, np.int64)
                for name in block.frame:
                    own = own * v + role[name]
                start = self.starts[block.name]
                frame[start : start + size] = count + own
                numbers = np.arange(size) // (size // max(1, len(block.numbers)))
                live[start : start + size] = numbers if block.numbers else role["l"]
                count += v ** len(block.frame)
        return count, frame, live


def _count_through(first: Places, last: Places) -> tuple[Places, Places]:
    """(E,) ranges of places, one after the other: which range, and each place in it."""
    count = last - first + 1
    entry = np.repeat(np.arange(len(count)), count)
    return entry, np.arange(len(entry)) - (np.cumsum(count) - count - first)[entry]
