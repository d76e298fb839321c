"""Run the program on random and corrupted input.

`python -m tests.long.fuzz --minutes 20 --seed 0` tries logs, signals, commands, weights and stores.
It prints each failure with its input and traceback.

Round N of a seed is always the same; `--round N` runs it alone. Keep the input of a failure as a
test of the package that failed.
"""

import argparse
import contextlib
import os
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NoReturn

from signdecoder.audit import run as audit
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals, parse_signals
from signdecoder.logs.play_log import load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.logs.textfile import decode_text
from signdecoder.lstm.weights import describe_weights, read_weights, write_weights
from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import save_weights
from tests.support.hostile_logs import corrupt_bytes, count_possible_rows, make_log, make_text
from tests.support.hostile_stores import damage_store, list_damages, make_store
from tests.support.hostile_weights import array_cases, header_cases
from tests.support.memory import peak_memory
from tests.support.networks import random_weights
from tests.support.paths import DEMO_GAME
from tests.support.shell import run_checked

_USUAL = ("Hawks", "Lions", "cap", "ear", "belt", "steal", "bunt", "none", "1", "2", "-1")
_LIMIT = 300.0  # seconds that one input may take, on a busy machine


class Fuzzer:
    """Tries random input in a folder. A failure raises an exception; ``input`` is what failed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.good_store, self.good_weights = folder / "good.db", random_weights()
        self.tried: Counter[str] = Counter()
        self.input = ""
        self.damages = list(list_damages())
        self.cases = [*array_cases(self.good_weights), *header_cases(self.good_weights)]
        make_store(self.good_store)

    def run(self, rng: Random) -> None:
        """Try one input of a random kind."""
        kinds: dict[Callable[[Random], None], int] = {
            self.try_log: 30, self.try_signals: 25, self.try_command: 30, self.try_weights: 8,
            self.try_store: 7,
        }  # fmt: skip
        (kind,) = rng.choices(list(kinds), list(kinds.values()))
        self.tried[kind.__name__.removeprefix("try_")] += 1
        kind(rng)

    # --- kinds of input ---------------------------------------------------------------------------

    def try_log(self, rng: Random) -> None:
        """Read a log: every row is read or reported, and the plays survive export and import."""
        data = make_log(rng)
        self.input = repr(data)
        path = self.folder / f"{make_text(rng, 8, path=True) or 'x'}.csv"
        with contextlib.suppress(OSError):
            path.write_bytes(data)
        try:
            log = load_log(path, compact=rng.random() < 0.1, declared=("odd play",))
        except SigndecoderError:
            return
        finally:
            path.unlink(missing_ok=True)
        rows = count_possible_rows(decode_text(path, data))
        read = len(log.plays) + len(log.bad)
        assert log.reading is not None
        if rows is not None:  # rows above the header are titles
            least = min(rows) - log.reading.header
            assert read in range(least, max(rows) + 1), f"{read} rows read of {rows}"
        again = self.folder / "again.csv"
        write_log(log.plays, again)
        reread = load_log(again, declared=[play.outcome for play in log.plays])
        assert not reread.bad, reread.bad
        assert [_content(play) for play in reread.plays] == [_content(play) for play in log.plays]

    def try_signals(self, rng: Random) -> None:
        """Parse signals and an outcome: what is parsed can be written and parsed again."""
        text = make_text(rng, 80)
        self.input = repr(text)
        for compact in (False, True):
            with contextlib.suppress(SigndecoderError):
                signals = parse_signals(text, compact)
                assert parse_signals(format_signals(signals)) == signals
        with contextlib.suppress(SigndecoderError):
            name = normalize_outcome(text)
            assert normalize_outcome(name) == name

    def try_command(self, rng: Random) -> None:
        """Run a command with random arguments, on a good store."""
        path = self.folder / "command.db"
        if not path.exists() or rng.random() < 0.1:
            damage_store(self.good_store, path, ("SELECT 1",))
        log = self.folder / "log.csv"
        log.write_bytes(make_log(rng))
        self._command(rng, path, log)

    def try_weights(self, rng: Random) -> None:
        """Read changed weights: they are refused, or read as the good weights."""
        what, about, arrays = rng.choice(self.cases)
        if rng.random() < 0.7:
            what = "corrupt"
            about = corrupt_bytes(rng, describe_weights(self.good_weights).encode())
            if rng.random() < 0.7:
                about = describe_weights(self.good_weights).encode()
                arrays = corrupt_bytes(rng, (self.folder / "good.npz").read_bytes())
            else:
                arrays = (self.folder / "good.npz").read_bytes()
        self.input = f"{what}: {about!r} {arrays!r}"
        (self.folder / "w.json").write_bytes(about)
        (self.folder / "w.npz").write_bytes(arrays)
        with contextlib.suppress(SigndecoderError):
            weights = read_weights(self.folder / "w.json")
            assert weights.hash == self.good_weights.hash, "changed weights are accepted"

    def try_store(self, rng: Random) -> None:
        """Run a few commands on a damaged store."""
        damage = rng.choice(self.damages)
        if rng.random() < 0.3:
            damage = (f"flip {rng.randrange(10**9)}",)
        path = self.folder / "damaged.db"
        damage_store(self.good_store, path, damage)
        log = self.folder / "log.csv"
        log.write_bytes(DEMO_GAME.read_bytes())
        for _ in range(4):
            self._command(rng, path, log, f"{damage}: ")

    def _command(self, rng: Random, db: Path, log: Path, before: str = "") -> None:
        def word() -> str:
            return rng.choice(_USUAL) if rng.random() < 0.6 else make_text(rng, 12)

        out = str(self.folder / "out")
        words = [word() for _ in range(rng.randrange(1, 5))]
        arguments = rng.choice([
            ["plays"], ["plays", "--last", word()], ["coaches"], ["undo"], ["changed"],
            ["query", *words], ["explain", *words], ["report"], ["report", "--out", f"{out}.html"],
            ["report", "--out", f"{out}.md"], ["report", "--out", word()], ["--version"],
            ["log", *words, "--outcome", word()], ["log", *words, "--outcome", "none"],
            ["rename", rng.choice(["coach", "signal", "game"]), word(), word()],
            ["delete", rng.choice(["coach", "game", "play"]), word()],
            ["import", str(log)], ["import", str(log), "--skip-bad"], ["import", word()],
            ["import", str(log), "--outcomes", word()], ["export", f"{out}.csv"], ["export", "-"],
            ["predict", str(log), "--skip-bad"], ["predict", str(log), "--out", f"{out}.csv"],
            ["train", str(log), "--epochs", "0", "--skip-bad"], ["train", "--epochs", word()],
            ["simulate", "--plays", "5", "--seed", word(), "--coach", word()],
            ["simulate", "--plays", word(), "--seed", "1", "--family", word()],
            ["audit", "--key", word(), "--live", word(), "--steals", word()],
            ["audit", "--family", word(), "--key", word(), "--live", word(), "--log", word()],
            ["practice", "--level", word()], ["ui", "--signals", word(), "--coach", word()],
            ["serve", "--port", "0", *words], ["pretrain", "--steps", "0", *words],
            ["benchmark", "--exam", word(), "--coaches", "0"],
            ["benchmark", "--log", word(), "--decoders", word()],
            ["query", *words, "--weights", str(self.folder / "w.json")], words,
        ])  # fmt: skip
        for option in ("--coach", "--play", "--game"):
            if rng.random() < 0.15:
                arguments = [*arguments, option, word()]
        for flag in ("--json", "--compact", "--gates"):
            if rng.random() < 0.15:
                arguments = [*arguments, flag]
        self.input = f"{before}{['--db', str(db), *arguments]!r} with {log.read_bytes()!r}"
        run_checked(["--db", str(db), *arguments])


def _content(play: Play) -> tuple[object, ...]:
    """Return what a log holds of a play. An empty extra cell counts as a missing one."""
    extra = {name: cell for name, cell in play.extra.items() if cell}
    return play.signals, play.outcome, play.coach, play.game, play.date, play.context, extra


def _run_no_seasons(*_: object, **__: object) -> NoReturn:
    """Stop an audit after it has checked its options: its seasons would take a minute."""
    raise SigndecoderError("no seasons are simulated here")


def fuzz(seed: int, seconds: float, first: int = 0, rounds: int = sys.maxsize) -> int:
    """Run rounds, print failures and a summary, and return the number of failures."""
    os.environ["SIGNDECODER_DEBUG"] = "1"  # a bug raises its exception
    warnings.simplefilter("error", RuntimeWarning)
    vars(audit)["run"] = _run_no_seasons
    start, failures, slowest = time.monotonic(), 0, 0.0
    with TemporaryDirectory() as folder:
        home = Path(folder)
        os.chdir(home)
        fuzzer = Fuzzer(home)
        write_weights(home / "good.json", fuzzer.good_weights)
        with Store.open(home / "tuned.db") as store:
            save_weights(store, "steal", fuzzer.good_weights)
        number = first
        while number < first + rounds and time.monotonic() - start < seconds:
            at = time.monotonic()
            try:
                fuzzer.run(Random(f"{seed}/{number}"))
                took = time.monotonic() - at
                slowest = max(slowest, took)
                assert took < _LIMIT, f"it took {took:.0f} s"
            except Exception:
                failures += 1
                print(f"round {number}: {fuzzer.input[:4000]}", flush=True)
                traceback.print_exc(limit=-6, file=sys.stdout)
            number += 1
    tried = ", ".join(f"{count} {kind}" for kind, count in sorted(fuzzer.tried.items()))
    print(
        f"seed {seed}: {sum(fuzzer.tried.values())} inputs ({tried}) in "
        f"{time.monotonic() - start:.0f} s; {failures} failed; the slowest took {slowest:.1f} s; "
        f"{peak_memory() / 1024:.0f} MiB at the peak"
    )
    return failures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--round", type=int, help="run only this round")
    arguments = parser.parse_args()
    alone = {} if arguments.round is None else {"first": arguments.round, "rounds": 1}
    sys.exit(bool(fuzz(arguments.seed, 60 * arguments.minutes, **alone)))
