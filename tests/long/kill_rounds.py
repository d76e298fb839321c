"""Kills processes at random moments while they work on a store, and looks at what is left of it.

    python -m tests.long.kill_rounds --rounds 300 --seed 0

A round: a process logs by the command, or at the desk of the screen, imports, backs up, restores or
brings stores up to date; after a random time, or right after some act was acknowledged, it gets
SIGKILL. Then every play that was acknowledged so far must be in the store once, no import may be
there by half, and SQLite must find the store sound.
"""

import argparse
import contextlib
import io
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas  # noqa: F401  (once, and not in every process)

from signdecoder.cli import main as command
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.restore import restore
from signdecoder.store.store import Store
from tests.long import victims

OLD = Path(__file__).parents[1] / "store" / "files" / "version-1.sqlite"
ROWS = 150  # of an imported log
A_STORE = 25  # rounds on one store, before a new one is begun


class Rounds:
    """Rounds of every kind, on stores in a folder, and what came of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self._sizes: dict[str, dict[str, int]] = {}  # plays of each game that must stay, by kind

    def run(self, kind: str) -> None:
        """One round: work, kill, look."""
        number = self.counts[kind]
        self.counts[kind] += 1
        place = self.folder / f"{kind} {number // A_STORE}"
        place.mkdir(exist_ok=True)
        if number % A_STORE == 0:
            self._sizes[kind] = {}
        KINDS[kind](self, place / "store.db", f"{kind}-{number}")
        for entry in place.iterdir():  # the next round begins with the store, and its backup
            if not entry.name.startswith(("store.db", "copy.db")):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def check(self, true: bool, what: str) -> None:
        """Note a fault, where it is one."""
        if not true:
            self.faults.append(what)

    def _kill(self, span: float, work: Callable[[], None]) -> victims.Said:
        """Kill at some time, or right after something was acknowledged: what is lost then shows."""
        if self.random.random() < 0.5:
            return victims.kill_after(self.random.uniform(0, span), work)
        return victims.kill_after(10 * span, work, self.random.randint(1, 6))

    def _look(
        self, kind: str, store: Path, name: str, acknowledged: dict[str, int], a: int
    ) -> None:
        """Look for all games that must be in a store; one more may be, for it was under way."""
        self.counts["acknowledged"] += sum(acknowledged.values())
        kept = self._sizes[kind]
        kept |= acknowledged
        if not store.exists():
            return self.check(not kept, f"{name}: the store is gone")
        self.check(not (fault := victims.find_fault(store)), f"{name}: {fault}")
        found = victims.count_games(store)
        for game, plays in kept.items():
            self.check(found[game] >= plays, f"{name}: {game} has {found[game]} of {plays}")
        self.check(set(found.values()) <= {a}, f"{name}: plays twice, or half a log: {found}")
        new = set(found) - set(kept)
        self.check(len(new) <= 1, f"{name}: {new} were never acknowledged")
        kept |= {game: a for game in new}

    # --- kinds ------------------------------------------------------------------------------------

    def _log(self, work: Callable[[Path, str], None], span: float, store: Path, name: str) -> None:
        said = self._kill(span, lambda: work(store, name))
        self.check(not any("trouble" in line for line in said), f"{name}: {said[-1:]}")
        games = {line["game"]: 1 for line in said if "game" in line}
        self._look(name.partition("-")[0], store, name, games, 1)

    def log(self, store: Path, name: str) -> None:
        """The command, again and again in one process."""
        self._log(victims.log_plays, 0.6, store, name)

    def processes(self, store: Path, name: str) -> None:
        """The command, each time in a process of its own."""
        self._log(victims.log_in_processes, 2, store, name)

    def desk(self, store: Path, name: str) -> None:
        """The desk of the screen."""
        self._log(victims.log_at_desk, 0.6, store, name)

    def imports(self, store: Path, name: str) -> None:
        """Imports."""
        said = self._kill(0.6, lambda: victims.import_logs(store, name, ROWS))
        files = {Path(line["files"][0]["file"]).stem: ROWS for line in said}
        self.check(all(line["files"][0]["added"] == ROWS for line in said), f"{name}: {said}")
        self._look("imports", store, name, files, ROWS)

    def backup(self, store: Path, name: str) -> None:
        """Backups to one file: what was there before, or the next one, whole."""
        said = self._kill(0.6, lambda: victims.back_up_often(store, name))
        self._look("backup", store, name, {s["game"]: 1 for s in said if "game" in s}, 1)
        copied = [line["plays"] for line in said if "backup" in line]
        file = store.with_name("copy.db")
        if copied or file.exists():
            self.check(not (fault := victims.find_fault(file)), f"{name}: the backup: {fault}")
            found = victims.count_games(file).total()
            self.check(found >= max(copied, default=0), f"{name}: the backup has {found} plays")

    def restore(self, store: Path, name: str) -> None:
        """Restores, every second time of a damaged store: the one or the other backup, whole."""
        backups = {n: _write_backup(store.with_name(f"{n}.db"), n) for n in (40, 60)}
        damage = bytearray()
        if self.random.random() < 0.5:
            shutil.copyfile(backups[60], store)
            damage = bytearray(store.read_bytes())
            damage[8192:20480] = self.random.randbytes(12288)
            store.write_bytes(damage)
            store.with_name("store.db-wal").unlink(missing_ok=True)
        before = 0 if damage or not store.exists() else victims.count_games(store).total()
        said = self._kill(0.6, lambda: victims.restore_often(store, backups.values()))
        kept = [*store.parent.glob("store.before-restore*.db")]
        if damage:
            there = any(file.read_bytes() == damage for file in (store, *kept))
            self.check(there, f"{name}: the damaged store is not kept")
        for file in kept:
            whole = file.read_bytes() == damage or not victims.find_fault(file)
            self.check(whole, f"{name}: {file.name} is not whole")
        if said or not damage:
            found = victims.count_games(store).total() if store.exists() else 0
            self.check(found in {40, 60} or (not said and found == before), f"{name}: {found}")
        restore(store, backups[40])
        again = victims.count_games(store).total()
        self.check(again == 40, f"{name}: restored again, it has {again} plays")
        self.check(not (fault := victims.find_fault(store)), f"{name}: {fault}")

    def migration(self, store: Path, name: str) -> None:
        """Stores of version 1 brought up to date: each is of the old version or the new one."""
        stores = [store.with_name(f"{n}.db") for n in range(40)]
        for copy in stores:
            shutil.copyfile(OLD, copy)
        said = self._kill(0.6, lambda: victims.open_all(stores))
        self.counts["brought up to date"] += len(said)
        shutil.copyfile(OLD, store.with_name("expected.db"))
        expected = victims.count_games(store.with_name("expected.db"))
        for copy in stores:
            self.check(not (fault := victims.find_fault(copy)), f"{name}: {fault}")
            self.check(victims.count_games(copy) == expected, f"{name}: plays are not there")


KINDS = {
    "log": Rounds.log,
    "desk": Rounds.desk,
    "imports": Rounds.imports,
    "backup": Rounds.backup,
    "restore": Rounds.restore,
    "migration": Rounds.migration,
    "processes": Rounds.processes,
}
TURNS = (*("log", "desk", "imports") * 3, "backup", "restore", "migration", "processes")


def _write_backup(path: Path, plays: int) -> Path:
    """Write a store of so many plays, each in a game of its own."""
    path.unlink(missing_ok=True)
    rows = tuple(Play(("cap", "ear"), "none", "Hawks", f"game {n}") for n in range(plays))
    with Store.open(path) as store:
        store.add_logs([PlayLog("games.csv", rows, tuple(range(plays)))])
    return path


def run_rounds(rounds: int, seed: int, folder: Path) -> Rounds:
    """Run rounds of every kind in turn."""
    done = Rounds(folder, seed)
    with contextlib.redirect_stdout(io.StringIO()):  # what a first command loads is loaded once
        command(("log", "cap", "--outcome", "none", "--db", str(folder / "first.db")))
    for number in range(rounds):
        done.run(TURNS[number % len(TURNS)])
        if done.faults:
            print(f"round {number + 1}: {done.faults[-1]}", file=sys.stderr, flush=True)
    return done


def main() -> int:
    """Run the rounds that are asked for, and tell what came of them."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=300)
    asked.add_argument("--seed", type=int, default=0)
    arguments = asked.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = run_rounds(arguments.rounds, arguments.seed, Path(folder))
    kinds = ", ".join(f"{done.counts[kind]} {kind}" for kind in KINDS)
    print(f"{arguments.rounds} rounds killed, seed {arguments.seed}: {kinds}")
    print(f"plays acknowledged: {done.counts['acknowledged']}")
    print(f"stores brought up to date: {done.counts['brought up to date']}")
    print(f"faults (plays lost, twice, half imports, damage): {len(done.faults)}")
    print(f"{time.monotonic() - begin:.0f} seconds")
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
