"""Train on the live screen while logging goes on."""

import sys
from functools import partial

from textual.pilot import Pilot

from signdecoder.session.training_process import BackgroundTraining
from signdecoder.tui.live.screen import LiveScreen
from signdecoder.tui.live.training_status import TrainingStatus
from tests.support.child import is_gone
from tests.support.live import Rig, has_plays, text_of, until, written

# Reports two steps, then waits until a file exists or it is interrupted.
TRAINER = """
import pathlib, sys, time
try:
    for step in (1, 2):
        print('{"progress": {"step": %d, "steps": 4, "loss": 0.5, "seconds_left": 1}}' % step,
              file=sys.stderr, flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.02)
except KeyboardInterrupt:
    print("Interrupted: nothing was learned.", file=sys.stderr)
    sys.exit(130)
print("Tuned [bold]well[/bold].", file=sys.stderr)
"""


def test_logging_goes_on_during_a_training_and_its_weights_are_used(rig: Rig) -> None:
    ends = rig.path.with_name("end")
    rig.train = (sys.executable, "-c", TRAINER, str(ends))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6", "enter")
        await until(
            pilot, lambda: "step 2 of at most 4 · loss 0.500 · about 10 s left" in text_of(pilot)
        )
        await pilot.press("escape", "c")
        assert screen.query_one(TrainingStatus).display
        assert "step 2 of at most 4" in text_of(pilot)
        await pilot.press("space")
        await until(pilot, partial(has_plays, screen, 1))
        await pilot.press("e")
        assert rig.n_opened == 1
        ends.touch()
        await until(pilot, lambda: rig.n_opened == 2)
        await until(pilot, lambda: "Tuned [bold]well[/bold]." in text_of(pilot))
        assert not screen.query_one(TrainingStatus).display
        assert screen.draft.signals == ("ear",)  # what was being given goes on

    rig.open(drive)
    assert [written(play) for play in rig.plays()] == ["cap steal"]


def test_a_training_can_be_stopped_and_started_again(rig: Rig) -> None:
    rig.train = (sys.executable, "-c", TRAINER, str(rig.path.with_name("never")))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6", "enter")
        await until(pilot, lambda: "step 2 of" in text_of(pilot))
        await pilot.pause(0.5)  # until the dialog has its place
        await pilot.click("#start")  # which now says Stop
        await until(pilot, lambda: "Interrupted: nothing was learned." in text_of(pilot))
        assert screen.training is not None
        assert screen.training.status == 130
        await pilot.press("escape", "f6", "enter")  # starts another training
        await until(pilot, lambda: "step 2 of" in text_of(pilot))
        assert screen.training.is_running

    rig.open(drive)
    assert rig.n_opened == 1


def test_a_training_ends_with_the_screen(rig: Rig) -> None:
    begun: list[BackgroundTraining] = []
    rig.train = (sys.executable, "-c", TRAINER, str(rig.path.with_name("never")))

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6", "enter")
        await until(pilot, lambda: "step 2 of" in text_of(pilot))
        assert screen.training is not None
        begun.append(screen.training)

    rig.open(drive)
    process = begun[0]._process
    assert process is not None
    assert any(is_gone(process.pid) for _ in range(200))


def test_a_training_that_fails_is_reported(rig: Rig) -> None:
    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        await pilot.press("f6", "enter")
        await until(pilot, lambda: "there is nothing to learn from" in text_of(pilot))

    rig.open(drive)
    assert rig.n_opened == 1
