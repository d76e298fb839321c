"""``signdecoder undo``: revert the last change to the play database."""

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation
from signdecoder.core.errors import SigndecoderError


def undo(db: options.Db = None, json: options.Json = False) -> None:
    """Undo the last change and say what it was.

    A change is a play, an edit, a change of signs, or a whole import.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        operation = store.undo()
    if operation is None:
        raise SigndecoderError("nothing to undo", "the database has no changes yet")
    print_operation("undone", operation, json)


COMMAND = Command(undo, Section.LOG, "signdecoder undo")
