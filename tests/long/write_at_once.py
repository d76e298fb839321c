"""Write to one store at once from two processes that log plays and the service of a live screen.

`python -m tests.long.write_at_once --plays 6000` prints what was lost or damaged.

Each writer logs a third of the plays, while another process backs up the store and lists its
coaches. Then every play must be in the store once, in the order of its writer, and no process may
have reported an error.
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
from tests.long import store_workers
from tests.support.store_checks import count_plays_by_game, find_damage

WRITERS = ("first command", "second command", "service")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of plays logged and stored, the number of backups, and the faults."""

    logged: int
    stored: int
    backups: int
    faults: tuple[str, ...]


def write_at_once(folder: Path, plays: int) -> Outcome:
    """Start all writers and the reader, wait for them, and check the store."""
    store, copy = folder / "store.db", folder / "copy.db"
    share = plays // len(WRITERS)
    context = multiprocessing.get_context("fork")
    end = context.Event()
    outputs = {name: folder / f"{name}.txt" for name in (*WRITERS, "reader")}
    reader = context.Process(target=_read, args=(store, copy, outputs["reader"], end))
    writers = [context.Process(target=_write, args=(store, w, share, outputs[w])) for w in WRITERS]
    for process in (reader, *writers):
        process.start()
    for process in writers:
        process.join()
    end.set()
    reader.join()
    faults = [f"a process ended with {p.exitcode}" for p in (reader, *writers) if p.exitcode]
    for name, file in outputs.items():
        lines = file.read_text().splitlines()
        bad = [line for line in lines if not line.startswith("{") or "trouble" in line]
        faults += [f"{name} printed: {line}" for line in bad]
    with Store.open(store) as opened:
        games = [play.game for play in opened.plays()]
    for name in WRITERS:
        own = [game for game in games if game.startswith(name)]
        if own != [f"{name} {n}" for n in range(share)]:
            faults.append(
                f"{name} logged {share} plays; the store has {len(own)}, or another order"
            )
    faults += filter(None, map(find_damage, (store, copy)))
    backups = outputs["reader"].read_text().count('"backup"')
    return Outcome(share * len(WRITERS), len(set(games)), backups, tuple(faults))


def _write(store: Path, writer: str, plays: int, output: Path) -> None:
    """Log plays as one of the writers."""
    _redirect(output)
    if writer == "service":
        store_workers.log_in_service(store, writer, plays)
    else:
        store_workers.log_by_command(store, writer, plays, coach=writer)


def _read(store: Path, copy: Path, output: Path, end: Event) -> None:
    """Back up the store and list its coaches until the writers are done."""
    _redirect(output)
    while not (store.exists() and count_plays_by_game(store)):
        time.sleep(0.01)
    while not end.is_set():
        command(("backup", str(copy), "--db", str(store), "--json"))
        command(("coaches", "--db", str(store), "--json"))


def _redirect(output: Path) -> None:
    """Write the output of this process to a file."""
    for number in (1, 2):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)


def main() -> int:
    """Run the writers and print the faults; return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plays", type=int, default=6000)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = write_at_once(Path(folder), parser.parse_args().plays)
    print(f"{len(WRITERS)} processes logged {done.logged} plays; {done.stored} are stored")
    print(f"backups at the same time: {done.backups}")
    print(f"faults (lost or repeated plays, errors, damage): {len(done.faults)}")
    for line in done.faults[:20]:
        print(line, file=sys.stderr)
    print(f"{time.monotonic() - begin:.0f} seconds")
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
