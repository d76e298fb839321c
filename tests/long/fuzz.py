"""Throws made-up and harmed input at the program, for as long as one likes.

``python -m tests.long.fuzz --minutes 20 --seed 0`` tries logs, signals, commands, weights and
stores by turns. Round N of a seed is always the same (``--round N`` runs it alone); what goes wrong
is told with its traceback. What was found so is kept in the tests of each part, as the exact input.
"""

import argparse
import contextlib
import io
import os
import sys
import time
import traceback
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NoReturn

from signdecoder.audit import run as trial
from signdecoder.cli import main
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import normalize_outcome
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals, parse_signals
from signdecoder.logs.play_log import read_log, write_log
from signdecoder.lstm.weights import describe_weights, read_weights, write_weights
from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import save_weights
from tests.conftest import DEMO_GAME
from tests.long.memory import peak_memory
from tests.support.hostile_logs import harm_text, make_log, make_text, possible_rows
from tests.support.hostile_stores import all_harms, do_harm, make_store
from tests.support.hostile_weights import array_cases, header_cases
from tests.support.networks import random_weights

_USUAL = ("Hawks", "Lions", "cap", "ear", "belt", "steal", "bunt", "none", "1", "2", "-1")
_LIMIT = 300.0  # seconds that no single input may take, on a machine that is busy


class Fuzzer:
    """Rounds of input in a folder of its own; ``fault`` is raised as AssertionError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.good_store, self.good_weights = folder / "good.db", random_weights()
        self.tried: Counter[str] = Counter()
        self.input = ""
        self.harms = list(all_harms())
        self.cases = [*array_cases(self.good_weights), *header_cases(self.good_weights)]
        make_store(self.good_store)

    def run(self, rng: Random) -> None:
        """One round: one input of one kind."""
        kinds: dict[Callable[[Random], None], int] = {
            self.try_log: 30, self.try_signals: 25, self.try_command: 30, self.try_weights: 8,
            self.try_store: 7,
        }  # fmt: skip
        (kind,) = rng.choices(list(kinds), list(kinds.values()))
        self.tried[kind.__name__.removeprefix("try_")] += 1
        kind(rng)

    # --- kinds of input ---------------------------------------------------------------------------

    def try_log(self, rng: Random) -> None:
        """A log: every row of it is taken or named, and what is taken comes in again unchanged."""
        data = make_log(rng)
        self.input = repr(data)
        path = self.folder / f"{make_text(rng, 8, path=True) or 'x'}.csv"
        with contextlib.suppress(OSError):
            path.write_bytes(data)
        try:
            log = read_log(path, compact=rng.random() < 0.1, declared=("odd play",))
        except SigndecoderError:
            return
        finally:
            path.unlink(missing_ok=True)
        rows = possible_rows(data.decode())
        read = len(log.plays) + len(log.bad)
        assert rows is None or read in rows, f"{read} rows read of {rows}"
        again = self.folder / "again.csv"
        write_log(log.plays, again)
        back = read_log(again, declared=[play.outcome for play in log.plays])
        assert not back.bad, back.bad
        assert [_told(play) for play in back.plays] == [_told(play) for play in log.plays]

    def try_signals(self, rng: Random) -> None:
        """A cell of signs: what is read is written so that it is read back."""
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
        """A command with odd words, on a good store."""
        path = self.folder / "command.db"
        if not path.exists() or rng.random() < 0.1:
            do_harm(self.good_store, path, ("SELECT 1",))
        log = self.folder / "log.csv"
        log.write_bytes(make_log(rng))
        self._command(rng, path, log)

    def try_weights(self, rng: Random) -> None:
        """Weights of which something was changed: they are refused, or nothing of them was."""
        what, about, arrays = rng.choice(self.cases)
        if rng.random() < 0.7:
            what = "harmed"
            about = harm_text(rng, describe_weights(self.good_weights).encode())
            if rng.random() < 0.7:
                about = describe_weights(self.good_weights).encode()
                arrays = harm_text(rng, (self.folder / "good.npz").read_bytes())
            else:
                arrays = (self.folder / "good.npz").read_bytes()
        self.input = f"{what}: {about!r} {arrays!r}"
        (self.folder / "w.json").write_bytes(about)
        (self.folder / "w.npz").write_bytes(arrays)
        with contextlib.suppress(SigndecoderError):
            taken = read_weights(self.folder / "w.json")
            assert taken.hash == self.good_weights.hash, "weights that were changed are taken"

    def try_store(self, rng: Random) -> None:
        """A store that was harmed, and a few commands on it."""
        harm = rng.choice(self.harms)
        if rng.random() < 0.3:
            harm = (f"turn {rng.randrange(10**9)}",)
        path = self.folder / "harmed.db"
        do_harm(self.good_store, path, harm)
        log = self.folder / "log.csv"
        log.write_bytes(DEMO_GAME.read_bytes())
        for _ in range(4):
            self._command(rng, path, log, f"{harm}: ")

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
        run_command(["--db", str(db), *arguments])


def _told(play: Play) -> tuple[object, ...]:
    """What a log tells of a play: an extra cell that is empty may be one that was not there."""
    extra = {name: cell for name, cell in play.extra.items() if cell}
    return play.signals, play.outcome, play.coach, play.game, play.date, play.context, extra


def run_command(arguments: list[str]) -> int:
    """Run a command in this process. Raises AssertionError where it says too little or too much."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    given, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"signs,outcome\ncap,none\n,x\n"))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(arguments)
    finally:
        sys.stdin = given
    out.seek(0)
    said, data = err.getvalue(), out.read()
    assert status in (0, 1, 2), f"status {status}"
    assert status == 0 or said, "it fails without a word"
    assert status == 0 or not data, "it fails, and says something on standard output"
    table = {"-", "predict", "simulate"} & set(arguments)  # data for another program
    shown = said if table else said + data
    odd = {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not odd - set("\n\u200c\u200d"), f"it shows {odd!r}"
    return status


def _run_no_seasons(*_: object, **__: object) -> NoReturn:
    """What an audit does once it has understood what was asked takes a minute."""
    raise SigndecoderError("no seasons are played here")


def fuzz(seed: int, seconds: float, first: int = 0, rounds: int = sys.maxsize) -> int:
    """Run rounds and tell of them; how many went wrong."""
    os.environ["SIGNDECODER_DEBUG"] = "1"  # a fault of its own is raised, not said
    warnings.simplefilter("error", RuntimeWarning)
    vars(trial)["run"] = _run_no_seasons
    begun, wrong, slowest = time.monotonic(), 0, 0.0
    with TemporaryDirectory() as folder:
        home = Path(folder)
        os.chdir(home)
        fuzzer = Fuzzer(home)
        write_weights(home / "good.json", fuzzer.good_weights)
        with Store.open(home / "tuned.db") as store:
            save_weights(store, "steal", fuzzer.good_weights)
        number = first
        while number < first + rounds and time.monotonic() - begun < seconds:
            at = time.monotonic()
            try:
                fuzzer.run(Random(f"{seed}/{number}"))
                took = time.monotonic() - at
                slowest = max(slowest, took)
                assert took < _LIMIT, f"it takes {took:.0f} s"
            except Exception:
                wrong += 1
                print(f"round {number}: {fuzzer.input[:4000]}", flush=True)
                traceback.print_exc(limit=-6, file=sys.stdout)
            number += 1
    tried = ", ".join(f"{count} {kind}" for kind, count in sorted(fuzzer.tried.items()))
    print(
        f"seed {seed}: {sum(fuzzer.tried.values())} inputs ({tried}) in "
        f"{time.monotonic() - begun:.0f} s; {wrong} went wrong; the slowest took {slowest:.1f} s; "
        f"{peak_memory() / 1024:.0f} MiB at the peak"
    )
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--round", type=int, help="only this one")
    asked = parser.parse_args()
    alone = {} if asked.round is None else {"first": asked.round, "rounds": 1}
    sys.exit(bool(fuzz(asked.seed, 60 * asked.minutes, **alone)))
