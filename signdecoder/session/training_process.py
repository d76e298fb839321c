"""A training in a process of its own, so that whoever waits for it can do something else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from signdecoder.core.errors import ExitStatus
from signdecoder.core.progress import AS_LINES, Progress, read_progress

_POLITE = 10  # what is added to its niceness: the keys of who started it come first
# What it is told, and how many seconds it has to end before it is told more: an interruption is
# heard when the step that is computed has come back, which with a step to compile takes a while.
_INTERRUPTION = ((signal.SIGINT, 20.0),) if sys.platform != "win32" else ()
_END = ((signal.SIGTERM, 5.0),)


class BackgroundTraining:
    """Runs a command that trains, and knows how far it is; needs an event loop.

    The command's standard input stays open as long as we live: it is to end where that ends, which
    is all that it can hear of who was killed.

    ``progress`` is how far it was last, ``losses`` (step, nats) so far, ``said`` the last words of
    the command, ``status`` its exit status once it has ended.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.progress: Progress | None = None
        self.losses: list[tuple[int, float]] = []
        self.said = ""
        self.status: int | None = None
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._stopped = asyncio.Event()

    @property
    def runs(self) -> bool:
        """Has it not ended?"""
        return self.status is None

    @property
    def learned(self) -> bool:
        """Did it end with what there is to learn, learned?"""
        return self.status == ExitStatus.DONE

    async def run(self, tell: Callable[[], None]) -> None:
        """Run it to its end, in the main thread; ``tell`` is called whenever there is news."""
        with _interruptible():
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE, env={**os.environ, **AS_LINES},
            )  # fmt: skip
        _make_polite(process.pid)
        assert process.stderr is not None
        stopping = asyncio.create_task(self._stop_when_told(process))
        async for line in process.stderr:
            self._read(line.decode(errors="replace").strip())
            tell()
        self.status = await process.wait()
        stopping.cancel()
        tell()

    def stop(self) -> None:
        """Have it stop: it records nothing of what it has learned."""
        self._stopped.set()

    async def end(self) -> None:
        """End it at once: it does not outlive whoever started it."""
        if self._process is not None:
            await _end(self._process, _END)

    async def _stop_when_told(self, process: asyncio.subprocess.Process) -> None:
        await self._stopped.wait()
        await _end(process, (*_INTERRUPTION, *_END))

    def _read(self, line: str) -> None:
        progress = read_progress(line)
        if progress is not None:
            self.progress = progress
            self.losses.append((progress.step, progress.loss))
        elif line:
            self.said = line


async def _end(
    process: asyncio.subprocess.Process, told: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Tell a process to end, ever more firmly, and wait until it has."""
    for number, patience in told:
        if process.returncode is not None:
            return
        process.send_signal(number)
        try:
            async with asyncio.timeout(patience):
                await process.wait()
        except TimeoutError:
            continue
    if process.returncode is None:
        process.kill()
        await process.wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """What is started here hears an interruption, though we may have been told to ignore them.

    Behind ``&`` in a script, or ``nohup``, SIGINT is ignored, and so it is by all that is started
    from there; a handler is not handed on.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make_polite(pid: int) -> None:
    if sys.platform != "win32":
        try:
            os.setpriority(os.PRIO_PROCESS, pid, _POLITE)
        except OSError:
            return  # it has ended already, or nobody may: it only would have been politer
