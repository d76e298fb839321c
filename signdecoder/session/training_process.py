"""Run a training command in a process of its own, so that the screen stays usable."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence

from signdecoder.core.errors import ExitStatus
from signdecoder.core.platform import INTERRUPTING, interruptible_children, lower_priority
from signdecoder.core.progress import AS_LINES, Progress, parse_progress

# Each signal with the seconds that the process then has to end. An interruption is handled after
# the current training step, and a step that has to be compiled first takes a while.
_INTERRUPTION = tuple((number, 20.0) for number in INTERRUPTING)
_END = ((signal.SIGTERM, 5.0),)


class BackgroundTraining:
    """Run a command that trains, and track its progress. Needs an event loop.

    The command's standard input stays open until this program ends, even if it is killed. The
    command is expected to end then too.

    Parameters
    ----------
    command : sequence of str
        The command and its arguments. It reports progress on standard error.

    Attributes
    ----------
    progress : Progress or None
        The latest progress.
    losses : list of (int, float)
        Step and loss, in nats, of each report.
    message : str
        The last line of the command that is not progress.
    status : int or None
        The exit status, once the command has ended.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.progress: Progress | None = None
        self.losses: list[tuple[int, float]] = []
        self.message = ""
        self.status: int | None = None
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._stop_requested = asyncio.Event()

    @property
    def is_running(self) -> bool:
        """Whether the command has not ended."""
        return self.status is None

    @property
    def succeeded(self) -> bool:
        """Whether the command has ended without an error."""
        return self.status == ExitStatus.DONE

    async def run(self, on_update: Callable[[], None]) -> None:
        """Run the command to its end. Call this in the main thread.

        Parameters
        ----------
        on_update : callable
            Called whenever the progress, the message or the status has changed.
        """
        with interruptible_children():
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE, env={**os.environ, **AS_LINES},
            )  # fmt: skip
        lower_priority(process.pid)
        assert process.stderr is not None
        stopping = asyncio.create_task(self._stop_on_request(process))
        async for line in process.stderr:
            self._parse(line.decode(errors="replace").strip())
            on_update()
        self.status = await process.wait()
        stopping.cancel()
        on_update()

    def stop(self) -> None:
        """Ask the command to stop. It then saves nothing."""
        self._stop_requested.set()

    async def terminate(self) -> None:
        """End the command at once, because the screen is closing."""
        if self._process is not None:
            await _end(self._process, _END)

    async def _stop_on_request(self, process: asyncio.subprocess.Process) -> None:
        """Wait for `stop`, then end the process."""
        await self._stop_requested.wait()
        await _end(process, (*_INTERRUPTION, *_END))

    def _parse(self, line: str) -> None:
        """Take a line of the command: progress or a message."""
        progress = parse_progress(line)
        if progress is not None:
            self.progress = progress
            self.losses.append((progress.step, progress.loss))
        elif line:
            self.message = line


async def _end(
    process: asyncio.subprocess.Process, signals: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Send these signals until the process ends, each with the seconds to wait; then kill it."""
    for number, patience in signals:
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
