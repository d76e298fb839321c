"""Processor time of a cold query while every core is busy, by the number of BLAS threads.

The commands tell NumPy to use one thread (see ``signdecoder.__main__``). This script queries a
simulated coach with 250 plays whose belief is not saved yet, in three ways: as a user does, with
``OMP_NUM_THREADS=1``, and with a thread for every core. Meanwhile each core runs a busy loop. It
prints the median of the processor time (user and system) of each way.

    python benchmarks/processor_time.py [--plays 250] [--runs 5] [--idle]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

COMMAND = (sys.executable, "-m", "signdecoder")
QUERY = ("query", "cap", "belt", "ear")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CORES = os.cpu_count() or 1
WAYS: dict[str, dict[str, str]] = {
    "as installed": {},
    "one thread": {"OMP_NUM_THREADS": "1"},
    f"{CORES} threads": dict.fromkeys(THREADS, str(CORES)),
}


def run(arguments: tuple[str, ...], folder: Path, extra: dict[str, str]) -> tuple[float, float]:
    """Run a command in a folder with a store; return its processor time and wall time in s."""
    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    environment |= {"SIGNDECODER_DB": str(folder / "store.db")} | extra
    begin = perf_counter()
    process = subprocess.Popen([*COMMAND, *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} ended with status {status}")
    return usage.ru_utime + usage.ru_stime, perf_counter() - begin


@contextmanager
def busy_cores(number: int) -> Iterator[None]:
    """Keep some cores busy with endless loops."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(number)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def main() -> None:
    """Measure every way in turn, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--plays", type=int, default=250, help="plays of the coach")
    parser.add_argument("--runs", type=int, default=5, help="queries of each way")
    parser.add_argument("--idle", action="store_true", help="leave the cores idle")
    given = parser.parse_args()
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    with TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log.csv"
        simulate = ("simulate", "--plays", str(given.plays), "--seed", "7", "--games", "9")
        run((*simulate, "--out", str(log)), folder, {})
        run(("import", str(log)), folder, {})
        fresh = folder / "fresh.db"
        run(("backup", str(fresh)), folder, {})
        with busy_cores(0 if given.idle else CORES):
            for _ in range(given.runs):
                for way, extra in WAYS.items():
                    for end in ("-wal", "-shm"):
                        (folder / f"store.db{end}").unlink(missing_ok=True)
                    shutil.copy(fresh, folder / "store.db")  # it has no saved belief
                    taken[way].append(run(QUERY, folder, extra))
    least = median(cpu for cpu, _ in taken["one thread"])
    print(f"cold query, {given.plays} plays, {CORES} cores {'idle' if given.idle else 'busy'}")
    for way, times in taken.items():
        cpu, wall = (median(column) for column in zip(*times, strict=True))
        print(f"  {way:<14}{cpu:6.2f} s processor{wall:7.2f} s wall   {cpu / least:.2f} times")


if __name__ == "__main__":
    main()
