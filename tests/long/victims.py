"""Processes that work on a store until they are killed, and what must be true of it afterwards."""

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Semaphore, Thread
from typing import Any, cast

from signdecoder.cli import main
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import Failed, LogChanged, Notice, PendingWrites
from signdecoder.session.service import LoggingService
from signdecoder.store.store import Store
from tests.support.fakes import FakeDecoder

Said = list[dict[str, Any]]


def kill_after(seconds: float, work: Callable[[], None], lines: int = 10**9) -> Said:
    """Do it in a process that is killed after so long, or as soon as it has printed so many lines.

    The lines, of JSON, are returned.
    """
    ours, theirs = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.setpgid(0, 0)
            os.dup2(theirs, 1)
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            work()
        finally:
            os._exit(9)
    os.setpgid(process, process)  # here too: it may be killed before it has done anything
    os.close(theirs)
    end = time.monotonic() + seconds
    printed = b""
    while printed.count(b"\n") < lines and (left := end - time.monotonic()) > 0:
        if select.select([ours], [], [], left)[0]:
            if not (more := os.read(ours, 1 << 16)):
                break
            printed += more
    os.killpg(process, signal.SIGKILL)
    while more := os.read(ours, 1 << 16):
        printed += more
    os.close(ours)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), f"it ended by itself: {status}, {printed[-500:]!r}"
    whole = printed.decode().splitlines()[: printed.count(b"\n")]
    return [json.loads(line) for line in whole]


# --- what they do ---------------------------------------------------------------------------------


def log_plays(store: Path, name: str, plays: int = 10**9, coach: str = "Hawks") -> None:
    """Log one play after another by the command, each in a game of its own."""
    for n in range(plays):
        signs = ("log", "cap", "belt", "--outcome", "steal", "--coach", coach)
        assert main((*signs, "--game", f"{name} {n}", "--db", str(store), "--json")) == 0


def log_in_processes(store: Path, name: str) -> None:
    """Log plays by the command, each in a process of its own."""
    for n in range(10**9):
        command = (sys.executable, "-m", "signdecoder", "log", "cap", "--outcome", "steal")
        own = ("--coach", "Hawks", "--game", f"{name} {n}", "--db", str(store), "--json")
        subprocess.run((*command, *own), check=True)


def log_at_desk(store: Path, name: str, plays: int = 10**9, ahead: int = 3) -> None:
    """Log plays at the desk of the screen; a play is acknowledged when the book tells of it."""
    room = Semaphore(ahead)

    def hear(notice: Notice) -> None:
        if isinstance(notice, Failed | PendingWrites):
            print(json.dumps({"trouble": str(notice)}), flush=True)
        if isinstance(notice, LogChanged) and notice.plays:
            print(json.dumps({"game": notice.plays[-1].game}), flush=True)
            room.release()

    def recall(store: Store, coach: str) -> Decoder:
        return cast(Decoder, FakeDecoder.recall(store, coach))

    desk = LoggingService(lambda: Store.open(store), recall, hear)
    thread = Thread(target=desk.run)
    thread.start()
    desk.open("Owls")
    for n in range(plays):
        room.acquire()
        desk.keep_draft(("cap",))
        desk.record(Play(("cap", "belt"), "steal", "Owls", f"{name} {n}"))
    desk.close()
    thread.join()


def import_logs(store: Path, name: str, rows: int = 150) -> None:
    """Import one log after another, a game each."""
    for n in range(10**9):
        file = store.with_name(f"{name} {n}.csv")
        file.write_text("signs,outcome\n" + "cap belt,steal\n" * rows)
        assert main(("import", str(file), "--coach", "Hawks", "--db", str(store), "--json")) == 0


def back_up_often(store: Path, name: str) -> None:
    """Log a play and back the store up, again and again to the same file."""
    for n in range(10**9):
        signs = ("log", "cap", "--outcome", "none", "--coach", "Hawks", "--game", f"{name} {n}")
        assert main((*signs, "--db", str(store), "--json")) == 0
        assert main(("backup", str(store.with_name("copy.db")), "--db", str(store), "--json")) == 0


def restore_often(store: Path, backups: Iterable[Path]) -> None:
    """Restore these backups in turn."""
    turn = tuple(backups)
    for n in range(10**9):
        assert main(("restore", str(turn[n % len(turn)]), "--db", str(store), "--json")) == 0


def open_all(stores: Iterable[Path]) -> None:
    """Open stores of an earlier version, so that they are brought up to date."""
    for store in stores:
        assert main(("coaches", "--db", str(store), "--json")) == 0
    time.sleep(10**6)


# --- what must be true ----------------------------------------------------------------------------


def find_fault(store: Path) -> str:
    """Return what SQLite itself finds wrong with a store; nothing if it is sound."""
    db = sqlite3.connect(store)
    try:
        (found,) = db.execute("PRAGMA integrity_check").fetchone()
        return "" if found == "ok" else str(found)
    except sqlite3.Error as error:
        return str(error)
    finally:
        db.close()


def count_games(store: Path) -> Counter[str]:
    """Return how many plays of each game are in a store."""
    with Store.open(store) as opened:
        return Counter(play.game for play in opened.plays())
