"""The sequence that is being entered, signal by signal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signdecoder.core.sequences import MAX_SIGNALS


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold the signals entered so far. The outcome can be entered once the sequence has ended.

    Attributes
    ----------
    signals : tuple of str
        The signals, in order.
    ended : bool
        Whether the sequence is complete.

    Examples
    --------
    >>> Draft().add("cap").add("belt").end()
    Draft(signals=('cap', 'belt'), ended=True)
    """

    signals: tuple[str, ...] = ()
    ended: bool = False

    @property
    def is_full(self) -> bool:
        """Whether the sequence has as many signals as a sequence may have."""
        return len(self.signals) >= MAX_SIGNALS

    def add(self, signal: str) -> Draft:
        """Append a signal.

        Parameters
        ----------
        signal : str
            The signal.

        Returns
        -------
        Draft
            The longer sequence. One that has ended or is full stays as it is.
        """
        if self.ended or self.is_full:
            return self
        return Draft((*self.signals, signal))

    def back(self) -> Draft:
        """Undo the last step.

        Returns
        -------
        Draft
            The sequence reopened if it had ended, otherwise without its last signal.
        """
        return Draft(self.signals) if self.ended else Draft(self.signals[:-1])

    def end(self) -> Draft:
        """End the sequence.

        Returns
        -------
        Draft
            The complete sequence. An empty one stays open.
        """
        return replace(self, ended=bool(self.signals))

    def rename(self, old: str, new: str) -> Draft:
        """Rename a signal.

        Parameters
        ----------
        old, new : str
            The signal and its new name.

        Returns
        -------
        Draft
            The same sequence with the new name.
        """
        return replace(self, signals=tuple(new if s == old else s for s in self.signals))
