"""A coach's signals: names to ids, and the slots of those that the experts weigh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from signdecoder.core.missed import MISSED, PLACEHOLDERS, SOME_MISSED
from signdecoder.core.names import NameKey, fold
from signdecoder.core.outcomes import Evidence

MAX_SLOTS = 20  # signals that the experts weigh; the network's cost grows with the square
# Ids of placeholders: below zero, and far from what stands for a signal without a slot.
MISSED_ID, SOME_MISSED_ID = -20_001, -20_002
_PLACEHOLDER_IDS = {MISSED: MISSED_ID, SOME_MISSED: SOME_MISSED_ID}
_PLACEHOLDERS = {n: name for name, n in _PLACEHOLDER_IDS.items()}
FIRST_UNNAMED_ID = 10_000  # ids from here on stand for missed signals that are none of the coach's
_CALLED_WEIGHT = 4  # a called play says more about its signals than a play that was not called


class Vocabulary:
    """Give each signal of one coach an id, in the order in which the signals appear.

    Placeholders of missed signals are no signals: they have reserved ids, and are neither named nor
    counted here.

    Parameters
    ----------
    key : callable, optional
        How names are compared; by default case and white space do not matter.

    Attributes
    ----------
    key : callable
        How names are compared.
    names : list of str
        The signals by id, spelled as they were first written.
    """

    def __init__(self, key: NameKey = fold) -> None:
        self.key = key
        self.names: list[str] = []
        self._ids: dict[str, int] = {}  # by key
        self._evidence_counts: Counter[int] = Counter()  # by id

    def __len__(self) -> int:
        """Return the number of signals."""
        return len(self.names)

    def __contains__(self, name: str) -> bool:
        """Return whether the coach has shown this signal; a placeholder is never a new one."""
        return name in PLACEHOLDERS or self.key(name) in self._ids

    def add(self, names: Sequence[str], evidence: Evidence) -> tuple[int, ...]:
        """Add the signals of one play and count the evidence about each of them.

        Parameters
        ----------
        names : sequence of str
            The signals of the play, in order.
        evidence : Evidence
            What the outcome of the play says about the target.

        Returns
        -------
        tuple of int
            The id of each signal; a new signal gets the next free one, a placeholder its own.
        """
        ids = tuple(self._add_name(name) for name in names)
        for signal_id in set(ids).difference(_PLACEHOLDER_IDS.values()):
            self._evidence_counts[signal_id] += _CALLED_WEIGHT if evidence is Evidence.CALLED else 1
        return ids

    def _add_name(self, name: str) -> int:
        if name in _PLACEHOLDER_IDS:
            return _PLACEHOLDER_IDS[name]
        key = self.key(name)
        if key not in self._ids:
            self._ids[key] = len(self.names)
            self.names.append(name)
        return self._ids[key]

    def encode_many(self, sequences: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
        """Return the ids of the signals of some sequences without adding any.

        Parameters
        ----------
        sequences : sequence of sequences of str
            Signal names. Those that the coach has not shown get ids from ``len(self)`` on, which
            are valid for this call only.

        Returns
        -------
        list of tuple of int
            The ids of each sequence.
        """
        unseen: dict[str, int] = {}

        def _id_of(name: str) -> int:
            if name in _PLACEHOLDER_IDS:
                return _PLACEHOLDER_IDS[name]
            key = self.key(name)
            if key in self._ids:
                return self._ids[key]
            return unseen.setdefault(key, len(self.names) + len(unseen))

        return [tuple(map(_id_of, names)) for names in sequences]

    def name_of(self, signal_id: int) -> str:
        """Return the name of a signal, a placeholder, or a missed signal that is none of these.

        Parameters
        ----------
        signal_id : int
            The id.

        Returns
        -------
        str
            The name; for a missed signal that the coach has not shown, one that no signal has.
        """
        if signal_id in _PLACEHOLDERS:
            return _PLACEHOLDERS[signal_id]
        return self.names[signal_id] if signal_id < FIRST_UNNAMED_ID else f">{signal_id}"

    def evidence_count(self, signal_id: int) -> int:
        """Return how much evidence there is about a signal.

        Parameters
        ----------
        signal_id : int
            The id of a signal.

        Returns
        -------
        int
            The number of plays that show it, a called play counting four times.
        """
        return self._evidence_counts[signal_id]


class SlotTable:
    """Map at most ``MAX_SLOTS`` signals to the slots that the experts weigh.

    Parameters
    ----------
    ids : sequence of int, optional
        The id of the signal in each slot.

    Attributes
    ----------
    ids : list of int
        The id of the signal in each slot, growing as signals appear.
    """

    def __init__(self, ids: Sequence[int] = ()) -> None:
        self.ids = list(ids)

    def __len__(self) -> int:
        """Return the number of slots in use."""
        return len(self.ids)

    @property
    def slot_of(self) -> dict[int, int]:
        """The slot of each signal that has one, by id."""
        return {signal_id: slot for slot, signal_id in enumerate(self.ids)}

    def fill(self, vocabulary: Vocabulary) -> None:
        """Give free slots to signals without one, in the order in which they appeared.

        Parameters
        ----------
        vocabulary : Vocabulary
            The coach's signals.
        """
        if len(self.ids) < min(MAX_SLOTS, len(vocabulary)):
            self.ids += self._without_slot(vocabulary)[: MAX_SLOTS - len(self.ids)]

    def reassigned(self, vocabulary: Vocabulary) -> SlotTable | None:
        """Return a table of the signals with most evidence, if that is worth reading a log again.

        Parameters
        ----------
        vocabulary : Vocabulary
            The coach's signals.

        Returns
        -------
        SlotTable or None
            The new table; None if no signal without a slot clearly leads one that has a slot.
        """
        waiting = self._without_slot(vocabulary)
        if not waiting or len(self.ids) < MAX_SLOTS:
            return None
        count = vocabulary.evidence_count
        # Only a clear lead is worth reading everything again.
        if max(map(count, waiting)) < 1.5 * min(map(count, self.ids)) + 2:
            return None
        ranked = sorted(range(len(vocabulary)), key=lambda n: (-count(n), n))
        return SlotTable(sorted(ranked[:MAX_SLOTS]))

    def _without_slot(self, vocabulary: Vocabulary) -> list[int]:
        taken_ids = set(self.ids)
        return [n for n in range(len(vocabulary)) if n not in taken_ids]
