"""What a command answers: text for people, a table of rows, and a JSON document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signdecoder.reports.table import Table


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers. Only what is asked for is made.

    Without ``text`` it is the aligned table; without ``document`` it is ``{name: rows}``.
    """

    name: str
    table: Callable[[], Table]
    text: Callable[[], str] | None = None
    document: Callable[[], dict[str, Any]] | None = None

    def as_text(self) -> str:
        """Return the answer for people."""
        return self.text() if self.text else self.table().aligned()

    def as_document(self) -> dict[str, Any]:
        """Return the JSON document."""
        return self.document() if self.document else {self.name: self.table().records()}
