"""``signdecoder redo``: redo what was undone last."""

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.operations import print_operation
from signdecoder.core.errors import SigndecoderError


def redo(db: options.Db = None, json: options.Json = False) -> None:
    """Redo what "signdecoder undo" undid last, and say what it was.

    After a new change there is nothing to redo.
    """
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        operation = store.redo()
    if operation is None:
        raise SigndecoderError(
            "nothing to redo", 'only what "signdecoder undo" undid can be redone'
        )
    print_operation("redone", operation, json)


COMMAND = Command(redo, Section.LOG, "signdecoder redo")
