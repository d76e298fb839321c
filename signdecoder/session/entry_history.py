"""Undo and redo of what is entered on a screen: signals, count and inning, and stored changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from signdecoder.core.situation import Situation
from signdecoder.session.draft import Draft


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered, but not part of a play yet.

    Attributes
    ----------
    draft : Draft
        The sequence.
    situation : Situation or None
        Inning, outs and count, if they are counted.
    """

    draft: Draft = field(default_factory=Draft)
    situation: Situation | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done.

    Attributes
    ----------
    before, after : Entry
        What was entered before it and after it.
    is_stored : bool
        Whether it changed the store as well, which undoes its part itself.
    """

    before: Entry
    after: Entry
    is_stored: bool = False

    @property
    def changes_situation(self) -> bool:
        """Whether it changed inning, outs or count."""
        return self.before.situation != self.after.situation

    @property
    def adds_to(self) -> Draft | None:
        """The sequence to which it added a signal; None if it did something else."""
        before, after = self.before.draft, self.after.draft
        return before if after.signals and after.back() == before else None

    def backward(self, entry: Entry) -> Entry:
        """Return what is entered once this step is undone.

        Parameters
        ----------
        entry : Entry
            What is entered now.

        Returns
        -------
        Entry
            The same, without what this step changed.
        """
        return _apply(entry, self.after, self.before)

    def forward(self, entry: Entry) -> Entry:
        """Return what is entered once this step is redone.

        Parameters
        ----------
        entry : Entry
            What is entered now.

        Returns
        -------
        Entry
            The same, with what this step changed.
        """
        return _apply(entry, self.before, self.after)


class EntryHistory:
    """The steps that can be undone and redone, last first.

    Examples
    --------
    >>> history = EntryHistory()
    >>> history.add(Step(Entry(), Entry(Draft(("cap",)))))
    >>> step = history.undo()
    >>> step.backward(Entry(Draft(("cap",)))).draft.signals
    ()
    """

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def last(self) -> Step | None:
        """The step that `undo` undoes next."""
        return self._done[-1] if self._done else None

    def clear(self) -> None:
        """Forget all steps."""
        self._done, self._undone = [], []

    def add(self, step: Step) -> None:
        """Add a step. Once a play is recorded, its signals are no longer steps of their own.

        Parameters
        ----------
        step : Step
            What was done.
        """
        if step.is_stored and step.before.draft != step.after.draft:
            entered = len(self._done)
            while entered and not self._done[entered - 1].is_stored:
                entered -= 1
            counts = [done for done in self._done[entered:] if done.changes_situation]
            self._done[entered:] = counts
        self._done.append(step)
        self._undone = []

    def undo(self) -> Step | None:
        """Undo the last step.

        Returns
        -------
        Step or None
            The step; None if there is none.
        """
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        """Do the step again that was undone last.

        Returns
        -------
        Step or None
            The step; None if there is none.
        """
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]


def _apply(entry: Entry, old: Entry, new: Entry) -> Entry:
    """Return an entry with what is different between two others."""
    if old.draft != new.draft:
        entry = replace(entry, draft=new.draft)
    if old.situation != new.situation:
        entry = replace(entry, situation=new.situation)
    return entry
