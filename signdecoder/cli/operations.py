"""What the commands that change the play database print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signdecoder.cli.io import print_json, print_text
from signdecoder.core.text import printable

if TYPE_CHECKING:
    from signdecoder.store.operations import Operation


def print_operation(state: str, operation: Operation, json: bool) -> None:
    """Print what was ``done``, ``undone`` or ``redone``, as text or as JSON."""
    saved = f"it is {state} and saved"
    if json:
        print_json({state: operation.description}, saved)
    else:
        prefix = "" if state == "done" else f"{state.capitalize()}: "
        print_text(f"{prefix}{printable(operation.description)}", saved)
