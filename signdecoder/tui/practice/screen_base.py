"""What a practice round stands on: its panels, its stage, and the decoder beside it."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import get_current_worker

from signdecoder.practice.match import Match, foretell
from signdecoder.practice.rounds import Round
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.dialogs.help import HelpScreen, list_keys
from signdecoder.tui.messages import Believed, StepAsked
from signdecoder.tui.practice.animated_sequence import AnimatedSequence
from signdecoder.tui.practice.buttons import RoundButtons
from signdecoder.tui.practice.duel import Duel
from signdecoder.tui.practice.header import RoundHeader
from signdecoder.tui.practice.keypad import KeySignKeypad
from signdecoder.tui.practice.labels import HELP, end_words, score_words, start_words
from signdecoder.tui.practice.play_list import RoundPlayList
from signdecoder.tui.practice.score import RoundScore
from signdecoder.tui.practice.stage import Stage, can_do
from signdecoder.tui.practice.summary import RoundSummary


class PracticeScreenBase(Screen[None]):
    """A round as it stands; what a student does in it is for those who build on this."""

    def __init__(self, setup: PracticeConfig) -> None:
        super().__init__()
        self.setup = setup
        self.level = setup.level
        self.seed = setup.draw_seed() if setup.seed is None else setup.seed
        self.stage = Stage.START
        self.contest: Match | None = None
        self.steals_alone = False

    def compose(self) -> ComposeResult:
        """The sequence, the pad, the plays, the score."""
        yield RoundHeader()
        with Container(id="round"):
            with Vertical(id="turn"):
                yield RoundSummary()
                yield AnimatedSequence()
                yield Duel()
                yield RoundButtons()
            yield KeySignKeypad(id="naming")
            yield RoundPlayList()
            yield RoundScore()
        yield Footer()

    def on_resize(self) -> None:
        """What the rows have room for may have changed."""
        self.show_score()

    @property
    def sequence(self) -> tuple[str, ...]:
        """The sequence that is given or guessed now."""
        assert self.contest is not None
        return self.contest.round.plays[self.contest.played].signals

    # --- the decoder ------------------------------------------------------------------------------

    @work(thread=True, group="decoder", exclusive=True, exit_on_error=False)
    def foretell(self, played: Round) -> None:
        """Have the decoder read the round; it is mostly ahead, and is told when its time comes."""
        worker = get_current_worker()
        try:
            for belief in foretell(self.setup.decoder(), played.plays):
                if worker.is_cancelled:
                    return
                self.post_message(Believed(played, belief))
        except Exception as bug:  # a decoder that fails must not end a round
            words = f"the decoder met a fault of its own ({type(bug).__name__}: {bug})"
            self.post_message(Believed(played, None, words))

    # --- what is shown ----------------------------------------------------------------------------

    async def come_to(self, stage: Stage) -> None:
        """Come to this stage of the round: what is shown and which keys work follow from it."""
        self.stage = stage
        if stage is Stage.START:
            self.query_one(AnimatedSequence).stop()
        self.set_class(stage is Stage.START, "-start")
        title = "Practice" if stage is Stage.START else "A simulated coach signs"
        self.query_one("#turn").border_title = title
        self.set_class(stage is Stage.OVER, "-over")
        if stage is Stage.START:
            self.show_start()
        elif stage is Stage.OVER and self.contest is not None:
            self.query_one(RoundSummary).show(end_words(self.contest))
        self.show_score()
        await self.query_one(RoundButtons).show(stage)
        self.refresh_bindings()
        # A footer holds on to all keys that it ever showed until what they are bound to is touched.
        self.query_one(Footer).mutate_reactive(Footer.compact)

    def show_score(self) -> None:
        """Show how the round stands; nothing of a play that the decoder has not spoken of."""
        contest = self.contest
        line, score = self.query_one(RoundHeader), self.query_one(RoundScore)
        if contest is None:
            line.coach, line.game = "signdecoder", "simulated coaches"
            line.situation = line.points = ""
            return
        told = contest if self.stage is not Stage.WAITING else None
        plays = len(contest.round.plays)
        done = contest.played + (self.stage in (Stage.GIVING, Stage.ASKED))
        line.coach = f"play {done} of {plays}"
        line.game, line.situation = f"level {contest.round.level}", f"seed {contest.round.seed}"
        if told is not None:
            line.points = score_words(told)
            score.over, score.contest = self.stage is Stage.OVER, told
            self.query_one(RoundPlayList).show(told, steals=self.steals_alone)

    def show_start(self) -> None:
        """Offer this level and seed."""
        self.query_one(RoundSummary).show(start_words(self.level, self.seed))

    def action_steals(self) -> None:
        """Show the steals alone, or all plays."""
        self.steals_alone = not self.steals_alone
        self.show_score()

    def action_help(self) -> None:
        """Help on the panel that has the focus, or on a round."""
        about = getattr(self.focused, "HELP", HELP)
        self.app.push_screen(HelpScreen(about, list_keys(self)))

    @on(StepAsked)
    async def _touch_step(self, step: StepAsked) -> None:
        await self.run_action(step.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys work now: the footer shows those alone."""
        return can_do(action, self.stage)
