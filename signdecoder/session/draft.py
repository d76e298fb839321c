"""A sequence that is being given, signal by signal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signdecoder.core.sequences import MAX_SIGNALS


@dataclass(frozen=True, slots=True)
class Draft:
    """The signals so far, and whether it has ended: then the outcome comes."""

    signals: tuple[str, ...] = ()
    ended: bool = False

    @property
    def is_full(self) -> bool:
        """Has it as many signals as a sequence may have?"""
        return len(self.signals) >= MAX_SIGNALS

    def add(self, signal: str) -> Draft:
        """One signal more; an ended or full one stays as it is."""
        if self.ended or self.is_full:
            return self
        return Draft((*self.signals, signal))

    def back(self) -> Draft:
        """The last step taken back: the end, else the last signal."""
        return Draft(self.signals) if self.ended else Draft(self.signals[:-1])

    def end(self) -> Draft:
        """Ended, if there is anything to end."""
        return replace(self, ended=bool(self.signals))

    def rename(self, old: str, new: str) -> Draft:
        """The same with a signal called by another name."""
        return replace(self, signals=tuple(new if s == old else s for s in self.signals))
