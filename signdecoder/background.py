"""A training in a process of its own, so that whoever waits for it can do something else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence

from signdecoder.errors import ExitStatus
from signdecoder.progress import AS_LINES, Progress, read_progress

_POLITE = 10  # what is added to its niceness: the keys of who started it come first


class BackgroundTraining:
    """Runs a command that trains, and knows how far it is; needs an event loop.

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
        self._stopped = False

    @property
    def runs(self) -> bool:
        """Has it not ended?"""
        return self.status is None

    @property
    def learned(self) -> bool:
        """Did it end with what there is to learn, learned?"""
        return self.status == ExitStatus.DONE

    async def run(self, tell: Callable[[], None]) -> None:
        """Run it to its end; ``tell`` is called whenever there is news."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE, env={**os.environ, **AS_LINES},
        )  # fmt: skip
        _make_polite(process.pid)
        assert process.stderr is not None
        if self._stopped:
            self.stop()
        async for line in process.stderr:
            self._read(line.decode(errors="replace").strip())
            tell()
        self.status = await process.wait()
        tell()

    def stop(self) -> None:
        """Have it stop: it records nothing of what it has learned."""
        self._stopped = True
        if self._process is None or self._process.returncode is not None:
            return
        if sys.platform == "win32":
            self._process.terminate()
        else:
            self._process.send_signal(signal.SIGINT)

    async def end(self) -> None:
        """End it at once: it does not outlive whoever started it."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def _read(self, line: str) -> None:
        progress = read_progress(line)
        if progress is not None:
            self.progress = progress
            self.losses.append((progress.step, progress.loss))
        elif line:
            self.said = line


def _make_polite(pid: int) -> None:
    if sys.platform != "win32":
        try:
            os.setpriority(os.PRIO_PROCESS, pid, _POLITE)
        except OSError:
            return  # it has ended already, or nobody may: it only would have been politer
