"""Imports, backups and restores of the play database, as text and as JSON documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from signdecoder.core.text import count, printable

if TYPE_CHECKING:
    from pathlib import Path

    from signdecoder.store.backup import StoreCopy
    from signdecoder.store.erasing import Erasure
    from signdecoder.store.restore import RestoreResult
    from signdecoder.store.store import ImportResult


def import_document(added: Sequence[ImportResult]) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder import``.

    Parameters
    ----------
    added : sequence of ImportResult
        The result of each file.

    Returns
    -------
    dict
        The document.
    """
    return {
        "files": [
            {
                "file": str(one.file),
                "added": one.added,
                "known": one.known,
                "deleted": one.deleted,
                "bad": one.bad,
            }
            for one in added
        ]
    }


def format_imports(added: Sequence[ImportResult]) -> str:
    """Format how many plays each file added.

    Parameters
    ----------
    added : sequence of ImportResult
        The result of each file.

    Returns
    -------
    str
        A line for each file.
    """
    return "\n".join(
        f"{_name_file(one.file)}: {count(one.added, 'play')} added"
        + (f", {one.known} already logged" if one.known else "")
        + (f", {count(one.bad, 'bad row')} skipped" if one.bad else "")
        + (
            f", {one.deleted} deleted earlier: `undo`, or `--again` takes them"
            if one.deleted
            else ""
        )
        for one in added
    )


def _name_file(file: str) -> str:
    return "standard input" if file == "-" else printable(file)


def format_refused_files(
    added: Sequence[ImportResult], refused: Sequence[str], skippable: Sequence[str]
) -> str:
    """Format which files were not imported, what to do, and what the others added.

    Parameters
    ----------
    added : sequence of ImportResult
        The results of the files that were imported.
    refused : sequence of str
        The files that were not.
    skippable : sequence of str
        Those of them that have good rows.

    Returns
    -------
    str
        A sentence, then a line for each file that was imported.
    """
    names, others = (", ".join(map(_name_file, files)) for files in (refused, skippable))
    text = f"no plays were imported from {names}. Fix the errors above and retry"
    text += f", or skip the bad rows of {others} with --skip-bad." if skippable else "."
    return f"{text}\n{format_imports(added)}" if added else text


def backup_document(store: Path, copy: StoreCopy) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder backup``.

    Parameters
    ----------
    store : Path
        The store that was copied.
    copy : StoreCopy
        The copy.

    Returns
    -------
    dict
        The document.
    """
    return {
        "backup": str(copy.file),
        "store": str(store),
        "plays": copy.plays,
        "coaches": copy.coaches,
    }


def format_backup(copy: StoreCopy) -> str:
    """Format what was backed up.

    Parameters
    ----------
    copy : StoreCopy
        The copy.

    Returns
    -------
    str
        A sentence.
    """
    return f"Backed up {_copied(copy)} to {printable(str(copy.file))}."


def restore_document(store: Path, done: RestoreResult) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder restore``.

    Parameters
    ----------
    store : Path
        The store that was replaced.
    done : RestoreResult
        The result; ``kept`` is the file that keeps what the store held before.

    Returns
    -------
    dict
        The document.
    """
    return {
        "restored": str(done.copy.file),
        "store": str(store),
        "plays": done.copy.plays,
        "coaches": done.copy.coaches,
        "kept": str(done.kept) if done.kept else None,
        "was_damaged": done.was_damaged,
    }


def format_restore(done: RestoreResult) -> str:
    """Format what was restored, and where the previous database is kept.

    Parameters
    ----------
    done : RestoreResult
        The result.

    Returns
    -------
    str
        One or two lines.
    """
    text = f"Restored {_copied(done.copy)} from {printable(str(done.copy.file))}."
    file = printable(str(done.kept))
    if done.was_damaged:
        return f"{text}\nThe previous database was damaged. It is kept as it was in {file}."
    return f"{text}\nThe previous database is kept in {file}." if done.kept else text


def erasure_document(done: Erasure) -> dict[str, Any]:
    """Return the JSON document of ``signdecoder delete --for-good``.

    Parameters
    ----------
    done : Erasure
        The result.

    Returns
    -------
    dict
        The document.
    """
    return {
        "done": f"{_describe_erasure(done)} for good",
        "plays": len(done.plan.numbers),
        "had_weights": done.had_weights,
        "is_compact": done.is_compact,
        "backups": list(done.backups),
    }


def format_erasure(done: Erasure) -> str:
    """Format what was deleted for good, and what still holds it.

    Parameters
    ----------
    done : Erasure
        The result.

    Returns
    -------
    str
        A few lines.
    """
    lines = [
        f"{_describe_erasure(done)} for good. Exports that you made still hold what they held."
    ]
    if done.had_weights:
        lines.append("The tuned weights came from these plays too. `train` tunes them again.")
    if not done.is_compact:
        lines.append(
            "Traces are still in the play database, because another program is reading it or its"
            " disk is full. The next command removes them."
        )
    made = "These were" if done.backups else "None was"
    lines.append(
        f"Backups still hold what was in them. {made} made with this version"
        f"{':' if done.backups else '.'}"
    )
    lines += [f"  {printable(file)} ({at[:10]})" for file, at in done.backups.items()]
    return "\n".join(lines)


def _describe_erasure(done: Erasure) -> str:
    return f"Deleted {printable(done.plan.describe())}"


def _copied(copy: StoreCopy) -> str:
    return f"{count(copy.plays, 'play')} of {count(copy.coaches, 'coach', 'coaches')}"
