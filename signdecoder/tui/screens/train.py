"""Training in a process of its own, while the game goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Label, ProgressBar
from textual_plotext import PlotextPlot

from signdecoder.layout import printable
from signdecoder.progress import AS_LINES, Progress, read_progress


class TrainScreen(ModalScreen[bool | None]):
    """Shows how a training goes; answers whether there are new weights. It can be stopped."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, db: Path, play: str) -> None:
        super().__init__()
        self._db, self._play = db, play
        self._process: asyncio.subprocess.Process | None = None
        self._losses: list[tuple[int, float]] = []

    def compose(self) -> ComposeResult:
        """The bar, the loss, the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Train"
            yield Label(
                "Tunes the LSTM on all plays of every coach in the store. It takes some minutes,"
                " and is kept only where it foretells held-out games better.",
                markup=False,
            )
            yield ProgressBar(show_eta=False)
            yield PlotextPlot()
            yield Label("starting …", id="state", markup=False)
            with Horizontal():
                yield Button("Stop", id="stop")

    def on_mount(self) -> None:
        """Start it."""
        self._train()

    @work(exclusive=True)
    async def _train(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "signdecoder", "train", "--db", str(self._db),
            "--play", self._play, "--json",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE, env={**os.environ, **AS_LINES},
        )  # fmt: skip
        assert self._process.stderr is not None
        said = ""
        async for line in self._process.stderr:
            text = line.decode(errors="replace").strip()
            progress = read_progress(text)
            if progress is not None:
                self._show(progress)
            elif text:
                said = text
                self.query_one("#state", Label).update(printable(text))
        status = await self._process.wait()
        self._end(status, said)

    def _show(self, progress: Progress) -> None:
        self.query_one(ProgressBar).update(total=progress.steps, progress=progress.step)
        self._losses.append((progress.step, progress.loss))
        plot = self.query_one(PlotextPlot)
        plot.plt.clear_data()
        plot.plt.title("loss, nats")
        plot.plt.plot(*zip(*self._losses[-400:], strict=True), marker="braille")
        plot.refresh()
        self.query_one("#state", Label).update(
            f"step {progress.step} of at most {progress.steps} · loss {progress.loss:.3f}"
        )

    def _end(self, status: int, said: str) -> None:
        self._process = None
        words = (
            said
            if status in (0, 1)
            else "Stopped: nothing was learned, the plays are as they were."
        )
        self.query_one("#state", Label).update(printable(words))
        button = self.query_one("#stop", Button)
        button.label = "Done" if status == 0 else "Leave"
        button.variant = "primary"
        self._done = status == 0
        button.focus()

    _done = False

    def on_button_pressed(self) -> None:
        """Stop it, or leave when it has ended."""
        self.action_leave()

    def action_leave(self) -> None:
        """Stop what runs; leave what has ended."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
        else:
            self.dismiss(self._done)

    def on_unmount(self) -> None:
        """A training does not outlive its screen."""
        if self._process is not None:
            self._process.terminate()
