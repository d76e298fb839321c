"""A training process can be stopped, and never outlives the program that started it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from signdecoder.cli.screens import CHILD_COMMAND
from signdecoder.session import training_process as background
from signdecoder.session.training_process import BackgroundTraining
from tests.support.child import is_gone

# Sleeps until it is stopped, and ignores the signals that it was given.
TRAINER = """
import signal, sys, time
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), signal.SIG_IGN)
try:
    print("ready", file=sys.stderr, flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("Interrupted: nothing was learned.", file=sys.stderr)
    sys.exit(130)
"""


@pytest.fixture
def interruptions_ignored() -> Iterator[None]:
    """As it is behind ``&`` in a script, or behind ``nohup``."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def run_until_ready(
    act: Callable[[BackgroundTraining], Coroutine[Any, Any, None]], *deaf_to: str
) -> BackgroundTraining:
    """Start a training, wait until it is ready, and run an action on it."""

    async def run() -> BackgroundTraining:
        training = BackgroundTraining((sys.executable, "-c", TRAINER, *deaf_to))
        acted: list[asyncio.Task[None]] = []

        def tell() -> None:
            if not acted:
                acted.append(asyncio.create_task(act(training)))

        async with asyncio.timeout(30):
            await training.run(tell)
            await asyncio.gather(*acted)
        return training

    return asyncio.run(run())


async def stop(training: BackgroundTraining) -> None:
    training.stop()


async def end(training: BackgroundTraining) -> None:
    await training.terminate()
    assert training._process is not None
    assert training._process.returncode is not None  # nothing is left to wait for


def test_a_training_can_be_interrupted_where_interruptions_are_ignored(
    interruptions_ignored: None,
) -> None:
    training = run_until_ready(stop)
    assert (training.status, training.message) == (130, "Interrupted: nothing was learned.")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # ours are ignored as before


def test_a_training_stopped_before_it_starts_ends_at_once() -> None:
    async def run() -> BackgroundTraining:
        training = BackgroundTraining((sys.executable, "-c", TRAINER))
        training.stop()
        async with asyncio.timeout(30):
            await training.run(lambda: None)
        return training

    assert asyncio.run(run()).status != 0


@pytest.mark.parametrize(
    ("deaf_to", "status"),
    [(("SIGINT",), -signal.SIGTERM), (("SIGINT", "SIGTERM"), -signal.SIGKILL)],
)
def test_a_training_that_ignores_signals_is_killed(
    deaf_to: tuple[str, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_INTERRUPTION", ((signal.SIGINT, 0.1),))
    monkeypatch.setattr(background, "_END", ((signal.SIGTERM, 1.0),))
    assert run_until_ready(stop, *deaf_to).status == status


@pytest.mark.parametrize(
    ("deaf_to", "status"), [((), -signal.SIGTERM), (("SIGTERM",), -signal.SIGKILL)]
)
def test_terminate_ends_a_training(
    deaf_to: tuple[str, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_END", ((signal.SIGTERM, 0.5),))
    assert run_until_ready(end, *deaf_to).status == status


# Begins a training that tells its number, and passes that on.
STARTER = """
import asyncio
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.cli.screens import CHILD_COMMAND

program = (
    "import os, sys, time; from signdecoder.core.processes import end_with_starter; "
    "end_with_starter(); "
    "print(os.getpid(), file=sys.stderr, flush=True); time.sleep(60)"
)
training = BackgroundTraining((CHILD_COMMAND[0], "-c", program))
asyncio.run(training.run(lambda: print(training.message, flush=True)))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_training_ends_when_the_program_is_killed(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        training = int(process.stdout.readline())
        assert not is_gone(training)
        process.send_signal(number)
    assert any(is_gone(training) for _ in range(200))


def test_a_child_command_ends_when_its_input_closes(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*CHILD_COMMAND, "serve", "--port", str(port), "--db", str(tmp_path / "store.db")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Open http")
        assert process.poll() is None
        process.communicate(timeout=20)  # which closes its input
    assert process.returncode == 1


# Each has work done in a worker, which then waits for more.
BATCH_WORKER = """
import time
from signdecoder.training.prefetch import prefetch_batches
from signdecoder.training.curriculum import Curriculum
if __name__ == "__main__":
    batches = prefetch_batches(Curriculum(steps=1, lessons=9), 0, 10)
    next(batches)
    print("done", flush=True)
    time.sleep(60)
"""
BENCHMARK_WORKER = """
import time
from signdecoder.benchmark.runner import _mapper
if __name__ == "__main__":
    with _mapper(1) as work:
        assert list(work(abs, [-3])) == [3]
        print("done", flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("script", [BATCH_WORKER, BENCHMARK_WORKER])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_worker_processes_end_when_the_program_is_killed(
    number: signal.Signals, script: str, tmp_path: Path
) -> None:
    file = tmp_path / "begin.py"
    file.write_text(script)
    process = subprocess.Popen(
        [sys.executable, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(background.__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    process.send_signal(number)
    # The pipe ends when the last of them has ended that could write to it.
    rest, _ = process.communicate(timeout=20)
    assert (rest, process.returncode) == (b"", -number)
