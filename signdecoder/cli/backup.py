"""Commands that keep the store safe: backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.io import print_json, print_words
from signdecoder.reports import store_text as listings
from signdecoder.store.store import Store

_File = Annotated[Path, typer.Argument(metavar="FILE", hidden=True, readable=False)]


def backup(file: _File, db: options.Db = None, json: options.Json = False) -> None:
    """Write all that is recorded to a file.

    FILE is written whole, in the place of an earlier backup of that name, and others may go on
    logging meanwhile. It holds plays, changes of signs, pads, what was learned, and every act, so
    that undo works in it too; "signdecoder restore FILE" puts it back.
    """
    from signdecoder.store.backup import back_up

    with Store.open(db) as store:
        copy = back_up(store, file)
    if json:
        print_json(listings.backup_document(store.path, copy), "the backup is made")
    else:
        print_words(listings.backup_words(copy), "the backup is made")


def restore(file: _File, db: options.Db = None, json: options.Json = False) -> None:
    """Put a backup in the place of all that is recorded.

    FILE is what "signdecoder backup" wrote. It is checked first. What the store holds is kept in a
    file beside it, and this says in which: to restore that takes it back. It works where the store
    is damaged, too.
    """
    from signdecoder.store.restore import restore as put_back

    path = Store.find(db)
    done = put_back(path, file)
    if json:
        print_json(listings.restore_document(path, done), "the backup is restored")
    else:
        print_words(listings.restore_words(done), "the backup is restored")
