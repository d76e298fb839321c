"""Has two processes that log by the command and the desk of a screen write to one store at once.

    python -m tests.long.write_at_once --plays 6000

A third of the plays each, while another process backs the store up and lists what is in it. Then
every play must be there once, each writer's in the order in which they were given, and nobody may
have been told of any trouble.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

from signdecoder.cli import main as command
from signdecoder.store.store import Store
from tests.long import victims

WRITERS = ("first command", "second command", "desk")


@dataclass(frozen=True, slots=True)
class Written:
    """How many plays were given and are there, how many backups were made, and what is wrong."""

    given: int
    there: int
    backups: int
    wrong: tuple[str, ...]


def write_at_once(folder: Path, plays: int) -> Written:
    """Have all of them write, a process each, and look at the store."""
    store, copy = folder / "store.db", folder / "copy.db"
    share = plays // len(WRITERS)
    context = multiprocessing.get_context("fork")
    end = context.Event()
    said = {name: folder / f"{name}.txt" for name in (*WRITERS, "reader")}
    reader = context.Process(target=_read, args=(store, copy, said["reader"], end))
    writers = [context.Process(target=_write, args=(store, w, share, said[w])) for w in WRITERS]
    for process in (reader, *writers):
        process.start()
    for process in writers:
        process.join()
    end.set()
    reader.join()
    wrong = [f"a process ended with {p.exitcode}" for p in (reader, *writers) if p.exitcode]
    for name, file in said.items():
        lines = file.read_text().splitlines()
        bad = [line for line in lines if not line.startswith("{") or "trouble" in line]
        wrong += [f"{name} was told: {line}" for line in bad]
    with Store.open(store) as opened:
        games = [play.game for play in opened.plays()]
    for name in WRITERS:
        own = [game for game in games if game.startswith(name)]
        if own != [f"{name} {n}" for n in range(share)]:
            wrong.append(
                f"{name} gave {share} plays; the store has {len(own)}, or in another order"
            )
    wrong += filter(None, map(victims.find_fault, (store, copy)))
    backups = said["reader"].read_text().count('"backup"')
    return Written(share * len(WRITERS), len(set(games)), backups, tuple(wrong))


def _write(store: Path, writer: str, plays: int, said: Path) -> None:
    """Log so many plays."""
    _redirect(said)
    if writer == "desk":
        victims.log_at_desk(store, writer, plays)
    else:
        victims.log_plays(store, writer, plays, coach=writer)


def _read(store: Path, copy: Path, said: Path, end: Event) -> None:
    """Back the store up, and list its coaches, until the writers are done."""
    _redirect(said)
    while not (store.exists() and victims.count_games(store)):
        time.sleep(0.01)
    while not end.is_set():
        command(("backup", str(copy), "--db", str(store), "--json"))
        command(("coaches", "--db", str(store), "--json"))


def _redirect(said: Path) -> None:
    """Put what this process says into a file."""
    for number in (1, 2):
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)


def main() -> int:
    """Write as many plays as are asked for, and tell what came of it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--plays", type=int, default=6000)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = write_at_once(Path(folder), asked.parse_args().plays)
    print(f"{len(WRITERS)} processes gave {done.given} plays; {done.there} are there")
    print(f"backups made meanwhile: {done.backups}")
    print(f"faults (plays lost, twice, told of trouble, damage): {len(done.wrong)}")
    for line in done.wrong[:20]:
        print(line, file=sys.stderr)
    print(f"{time.monotonic() - begin:.0f} seconds")
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
