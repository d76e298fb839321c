"""Kill processes at random moments while they work on a store, then check the store.

`python -m tests.long.kill_rounds --rounds 300 --seed 0` prints what was lost or damaged.

In each round a process logs plays (with the command or in the service of the live screen), imports,
backs up, restores or migrates. It gets SIGKILL after a random time, or right after it confirmed an
operation. Then the store must hold every confirmed play once and no partial import, and SQLite must
find no damage.
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

from signdecoder.cli import main as command
from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.restore import restore
from signdecoder.store.store import Store
from tests.long import store_workers
from tests.support.store_checks import count_plays_by_game, find_damage

OLD = Path(__file__).parents[1] / "store" / "files" / "version-1.sqlite"
ROWS = 150  # in an imported log
ROUNDS_PER_STORE = 25


class Rounds:
    """Rounds of every kind, on stores in a folder, with their counts and faults."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        # Plays that the current store of each kind must hold, by game.
        self._sizes: dict[str, dict[str, int]] = {}

    def run(self, kind: str) -> None:
        """Run one round: work, kill, check."""
        number = self.counts[kind]
        self.counts[kind] += 1
        place = self.folder / f"{kind} {number // ROUNDS_PER_STORE}"
        place.mkdir(exist_ok=True)
        if number % ROUNDS_PER_STORE == 0:
            self._sizes[kind] = {}
        KINDS[kind](self, place / "store.db", f"{kind}-{number}")
        for entry in place.iterdir():  # the next round needs only the store and its backup
            if not entry.name.startswith(("store.db", "copy.db")):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def check(self, holds: bool, fault: str) -> None:
        """Note a fault unless a condition holds."""
        if not holds:
            self.faults.append(fault)

    def check_sound(self, store: Path, name: str) -> None:
        """Note a fault if SQLite finds damage in a store."""
        damage = find_damage(store)
        self.check(not damage, f"{name}: {damage}")

    def _kill(self, span: float, work: Callable[[], None]) -> store_workers.Lines:
        """Kill at a random time, or right after an operation is confirmed, where a loss shows."""
        if self.random.random() < 0.5:
            return store_workers.kill_after(self.random.uniform(0, span), work)
        return store_workers.kill_after(10 * span, work, self.random.randint(1, 6))

    def _check_games(
        self, kind: str, store: Path, name: str, confirmed: dict[str, int], plays: int
    ) -> None:
        """Check that a store holds all confirmed games, with this many plays each.

        One more game is allowed: the kill may come between its commit and its confirmation.
        """
        self.counts["confirmed"] += sum(confirmed.values())
        expected = self._sizes[kind]
        expected |= confirmed
        if not store.exists():
            return self.check(not expected, f"{name}: the store is gone")
        self.check_sound(store, name)
        found = count_plays_by_game(store)
        for game, size in expected.items():
            self.check(found[game] >= size, f"{name}: {game} has {found[game]} of {size} plays")
        self.check(
            set(found.values()) <= {plays}, f"{name}: repeated plays or a partial import: {found}"
        )
        new = set(found) - set(expected)
        self.check(len(new) <= 1, f"{name}: {new} were never confirmed")
        expected |= dict.fromkeys(new, plays)

    # --- kinds ------------------------------------------------------------------------------------

    def _log(self, work: Callable[[Path, str], None], span: float, store: Path, name: str) -> None:
        lines = self._kill(span, lambda: work(store, name))
        self.check(not any("trouble" in line for line in lines), f"{name}: {lines[-1:]}")
        games = {line["game"]: 1 for line in lines if "game" in line}
        self._check_games(name.partition("-")[0], store, name, games, 1)

    def log(self, store: Path, name: str) -> None:
        """Log with the command, in one process."""
        self._log(store_workers.log_by_command, 0.6, store, name)

    def processes(self, store: Path, name: str) -> None:
        """Log with the command, in a new process each time."""
        self._log(store_workers.log_in_processes, 2, store, name)

    def service(self, store: Path, name: str) -> None:
        """Log in the service of the live screen."""
        self._log(store_workers.log_in_service, 0.6, store, name)

    def imports(self, store: Path, name: str) -> None:
        """Import logs: each is in the store completely or not at all."""
        lines = self._kill(0.6, lambda: store_workers.import_logs(store, name, ROWS))
        files = {Path(line["files"][0]["file"]).stem: ROWS for line in lines}
        self.check(all(line["files"][0]["added"] == ROWS for line in lines), f"{name}: {lines}")
        self._check_games("imports", store, name, files, ROWS)

    def backup(self, store: Path, name: str) -> None:
        """Back up to one file: it holds the previous backup or the new one, complete."""
        lines = self._kill(0.6, lambda: store_workers.back_up(store, name))
        self._check_games("backup", store, name, {s["game"]: 1 for s in lines if "game" in s}, 1)
        copied = [line["plays"] for line in lines if "backup" in line]
        file = store.with_name("copy.db")
        if copied or file.exists():
            self.check_sound(file, f"{name}: the backup")
            found = count_plays_by_game(file).total()
            self.check(found >= max(copied, default=0), f"{name}: the backup has {found} plays")

    def restore(self, store: Path, name: str) -> None:
        """Restore, half the time over a damaged store, which then holds one complete backup."""
        backups = {n: _write_backup(store.with_name(f"{n}.db"), n) for n in (40, 60)}
        damage = bytearray()
        if self.random.random() < 0.5:
            shutil.copyfile(backups[60], store)
            damage = bytearray(store.read_bytes())
            damage[8192:20480] = self.random.randbytes(12288)
            store.write_bytes(damage)
            store.with_name("store.db-wal").unlink(missing_ok=True)
        before = 0 if damage or not store.exists() else count_plays_by_game(store).total()
        lines = self._kill(0.6, lambda: store_workers.restore_backups(store, backups.values()))
        copies = [*store.parent.glob("store.before-restore*.db")]
        if damage:
            is_there = any(file.read_bytes() == damage for file in (store, *copies))
            self.check(is_there, f"{name}: no copy of the damaged store is kept")
        for file in copies:
            complete = file.read_bytes() == damage or not find_damage(file)
            self.check(complete, f"{name}: {file.name} is damaged")
        if lines or not damage:
            found = count_plays_by_game(store).total() if store.exists() else 0
            self.check(found in {40, 60} or (not lines and found == before), f"{name}: {found}")
        restore(store, backups[40])
        again = count_plays_by_game(store).total()
        self.check(again == 40, f"{name}: a second restore left {again} plays")
        self.check_sound(store, name)

    def migration(self, store: Path, name: str) -> None:
        """Migrate stores of version 1: each keeps all its plays, in the old version or the new."""
        stores = [store.with_name(f"{n}.db") for n in range(40)]
        for copy in stores:
            shutil.copyfile(OLD, copy)
        lines = self._kill(0.6, lambda: store_workers.migrate_all(stores))
        self.counts["migrated"] += len(lines)
        shutil.copyfile(OLD, store.with_name("expected.db"))
        expected = count_plays_by_game(store.with_name("expected.db"))
        for copy in stores:
            self.check_sound(copy, name)
            self.check(count_plays_by_game(copy) == expected, f"{name}: plays are missing")


KINDS = {
    "log": Rounds.log,
    "service": Rounds.service,
    "imports": Rounds.imports,
    "backup": Rounds.backup,
    "restore": Rounds.restore,
    "migration": Rounds.migration,
    "processes": Rounds.processes,
}
TURNS = (*("log", "service", "imports") * 3, "backup", "restore", "migration", "processes")


def _write_backup(path: Path, plays: int) -> Path:
    """Write a store with this many plays, each in its own game."""
    path.unlink(missing_ok=True)
    rows = tuple(Play(("cap", "ear"), "none", "Hawks", f"game {n}") for n in range(plays))
    with Store.open(path) as store:
        store.add_logs([PlayLog("games.csv", rows, tuple(range(plays)))])
    return path


def run_rounds(rounds: int, seed: int, folder: Path) -> Rounds:
    """Run rounds of every kind in turn."""
    done = Rounds(folder, seed)
    with contextlib.redirect_stdout(io.StringIO()):  # loads modules once, not in each process
        command(("log", "cap", "--outcome", "none", "--db", str(folder / "first.db")))
    for number in range(rounds):
        done.run(TURNS[number % len(TURNS)])
        if done.faults:
            print(f"round {number + 1}: {done.faults[-1]}", file=sys.stderr, flush=True)
    return done


def main() -> int:
    """Run rounds and print their faults; return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = run_rounds(arguments.rounds, arguments.seed, Path(folder))
    kinds = ", ".join(f"{done.counts[kind]} {kind}" for kind in KINDS)
    print(f"{arguments.rounds} rounds killed, seed {arguments.seed}: {kinds}")
    print(f"plays confirmed: {done.counts['confirmed']}")
    print(f"stores migrated: {done.counts['migrated']}")
    print(f"faults (lost or repeated plays, partial imports, damage): {len(done.faults)}")
    print(f"{time.monotonic() - begin:.0f} seconds")
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
