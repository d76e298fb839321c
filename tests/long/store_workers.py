"""Work on a store without end, in processes that can be killed at any time.

Each worker prints one line of JSON for each operation that is confirmed.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Semaphore, Thread
from typing import Any, cast

from signdecoder.cli import main
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import Failed, LogChanged, PendingWrites, SessionEvent
from signdecoder.session.service import LoggingService
from signdecoder.store.store import Store
from tests.support.fakes import read_fake_decoder

Lines = list[dict[str, Any]]  # the JSON that a worker printed


def kill_after(seconds: float, work: Callable[[], None], lines: int = 10**9) -> Lines:
    """Run ``work`` in a process that is killed after some seconds, or after some lines.

    Return the complete lines of JSON that it printed.
    """
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.setpgid(0, 0)
            os.dup2(writer, 1)
            sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
            work()
        finally:
            os._exit(9)
    os.setpgid(process, process)  # here too: it may be killed before its first statement
    os.close(writer)
    end = time.monotonic() + seconds
    printed = b""
    while printed.count(b"\n") < lines and (left := end - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            if not (more := os.read(reader, 1 << 16)):
                break
            printed += more
    os.killpg(process, signal.SIGKILL)
    while more := os.read(reader, 1 << 16):
        printed += more
    os.close(reader)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), f"the process ended by itself: {status}, {printed[-500:]!r}"
    whole = printed.decode().splitlines()[: printed.count(b"\n")]
    return [json.loads(line) for line in whole]


# --- workers --------------------------------------------------------------------------------------


def log_by_command(store: Path, name: str, plays: int = 10**9, coach: str = "Hawks") -> None:
    """Log plays with the command `log`, in one process. Each play is in its own game."""
    for n in range(plays):
        signs = ("log", "cap", "belt", "--outcome", "steal", "--coach", coach)
        assert main((*signs, "--game", f"{name} {n}", "--db", str(store), "--json")) == 0


def log_in_processes(store: Path, name: str) -> None:
    """Log plays with the command `log`, in a new process each."""
    for n in range(10**9):
        command = (sys.executable, "-m", "signdecoder", "log", "cap", "--outcome", "steal")
        own = ("--coach", "Hawks", "--game", f"{name} {n}", "--db", str(store), "--json")
        subprocess.run((*command, *own), check=True)


def log_in_service(store: Path, name: str, plays: int = 10**9, ahead: int = 3) -> None:
    """Log plays in the service of the live screen, at most ``ahead`` of them unconfirmed."""
    room = Semaphore(ahead)

    def hear(notice: SessionEvent) -> None:
        if isinstance(notice, Failed | PendingWrites):
            print(json.dumps({"trouble": str(notice)}), flush=True)
        if isinstance(notice, LogChanged) and notice.plays:
            print(json.dumps({"game": notice.plays[-1].game}), flush=True)
            room.release()

    def recall(store: Store, coach: str) -> Iterator[Decoder]:
        return cast(Iterator[Decoder], read_fake_decoder(store, coach))

    service = LoggingService(lambda: Store.open(store), recall, hear)
    thread = Thread(target=service.run)
    thread.start()
    service.load_coach("Owls")
    for n in range(plays):
        room.acquire()
        service.save_draft(("cap",))
        service.record(Play(("cap", "belt"), "steal", "Owls", f"{name} {n}"))
    service.close()
    thread.join()


def import_logs(store: Path, name: str, rows: int = 150) -> None:
    """Import logs, each with one game."""
    for n in range(10**9):
        file = store.with_name(f"{name} {n}.csv")
        file.write_text("signs,outcome\n" + "cap belt,steal\n" * rows)
        assert main(("import", str(file), "--coach", "Hawks", "--db", str(store), "--json")) == 0


def back_up(store: Path, name: str) -> None:
    """Log plays, and back up the store to the same file after each."""
    for n in range(10**9):
        signs = ("log", "cap", "--outcome", "none", "--coach", "Hawks", "--game", f"{name} {n}")
        assert main((*signs, "--db", str(store), "--json")) == 0
        assert main(("backup", str(store.with_name("copy.db")), "--db", str(store), "--json")) == 0


def restore_backups(store: Path, backups: Iterable[Path]) -> None:
    """Restore backups in turn."""
    files = tuple(backups)
    for n in range(10**9):
        assert main(("restore", str(files[n % len(files)]), "--db", str(store), "--json")) == 0


def migrate_all(stores: Iterable[Path]) -> None:
    """Open stores of an earlier version, which migrates them, then wait."""
    for store in stores:
        assert main(("coaches", "--db", str(store), "--json")) == 0
    time.sleep(10**6)
