"""``signdecoder backup``: copy the play database to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import print_json, print_text

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", hidden=True, readable=False)]


def backup(file: BackupFile, db: options.Db = None, json: options.Json = False) -> None:
    """Back up the play database to a file.

    FILE is written in one step and replaces an earlier backup of that name. Others may go on
    logging meanwhile. A backup holds everything: plays, changes of signs, keypads, tuned weights,
    and the history that undo needs. "signdecoder restore FILE" restores it.
    """
    from signdecoder.reports import store_text
    from signdecoder.store.backup import back_up
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        copy = back_up(store, file)
    done = "the backup was made"
    if json:
        print_json(store_text.backup_document(store.path, copy), done)
    else:
        print_text(store_text.format_backup(copy), done)


COMMAND = Command(backup, Section.MANAGE, "signdecoder backup monday.db")
