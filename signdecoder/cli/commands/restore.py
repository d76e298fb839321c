"""``signdecoder restore``: replace the play database with a backup."""

from __future__ import annotations

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.commands.backup import BackupFile
from signdecoder.cli.io import print_json, print_text


def restore(file: BackupFile, db: options.Db = None, json: options.Json = False) -> None:
    """Replace the play database with a backup.

    FILE was written by "signdecoder backup". It is checked first. The current database is kept in
    a file beside it, which this command names: restore that file to go back. This also works if
    the current database is damaged.
    """
    from signdecoder.reports import store_text
    from signdecoder.store.restore import restore as restore_backup
    from signdecoder.store.store import Store

    path = Store.find(db)
    result = restore_backup(path, file)
    done = "the backup was restored"
    if json:
        print_json(store_text.restore_document(path, result), done)
    else:
        print_text(store_text.format_restore(result), done)


COMMAND = Command(restore, Section.MANAGE, "signdecoder restore monday.db")
