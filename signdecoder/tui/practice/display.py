"""The layout and display of a practice round, and the decoder that plays along."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import get_current_worker

from signdecoder.practice.match import Match, predict_plays
from signdecoder.practice.rounds import Round
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.dialogs.help import HelpScreen, list_keys
from signdecoder.tui.messages import ActionRequested, DecoderPredicted
from signdecoder.tui.practice.animated_sequence import AnimatedSequence
from signdecoder.tui.practice.buttons import RoundButtons
from signdecoder.tui.practice.duel import Duel
from signdecoder.tui.practice.header import RoundHeader
from signdecoder.tui.practice.keypad import KeySignKeypad
from signdecoder.tui.practice.labels import HELP, format_end, format_points_of_both, format_start
from signdecoder.tui.practice.play_list import RoundPlayList
from signdecoder.tui.practice.score import RoundScore
from signdecoder.tui.practice.stage import Stage, is_allowed
from signdecoder.tui.practice.summary import RoundSummary


class RoundDisplay(Screen[None]):
    """Show a round as it stands. `PracticeScreen` adds what the student can do."""

    def __init__(self, config: PracticeConfig) -> None:
        super().__init__()
        self.config = config
        self.level = config.level
        self.seed = config.draw_seed() if config.seed is None else config.seed
        self.stage = Stage.START
        self.match: Match | None = None
        self.steals_only = False

    def compose(self) -> ComposeResult:
        """Lay out the sequence, the keypad, the plays and the score."""
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
        """Draw the rows again in the room they have now."""
        self.show_score()

    @property
    def sequence(self) -> tuple[str, ...]:
        """The sequence that is shown or guessed now."""
        assert self.match is not None
        return self.match.round.plays[self.match.played].signals

    # --- the decoder ------------------------------------------------------------------------------

    @work(thread=True, group="decoder", exclusive=True, exit_on_error=False)
    def predict_round(self, round_: Round) -> None:
        """Let the decoder predict all plays in a thread. Each prediction is shown in its turn."""
        worker = get_current_worker()
        try:
            for view in predict_plays(self.config.decoder(), round_.plays):
                if worker.is_cancelled:
                    return
                self.post_message(DecoderPredicted(round_, view))
        except Exception as bug:  # a decoder that fails must not end a round
            words = f"The decoder failed ({type(bug).__name__}: {bug})."
            self.post_message(DecoderPredicted(round_, None, words))

    # --- display ----------------------------------------------------------------------------------

    async def enter_stage(self, stage: Stage) -> None:
        """Enter a stage of the round, which decides what is shown and which keys work."""
        self.stage = stage
        if stage is Stage.START:
            self.query_one(AnimatedSequence).stop()
        self.set_class(stage is Stage.START, "-start")
        title = "Practice" if stage is Stage.START else "Simulated coach"
        self.query_one("#turn").border_title = title
        self.set_class(stage is Stage.OVER, "-over")
        if stage is Stage.START:
            self.show_start()
        elif stage is Stage.OVER and self.match is not None:
            self.query_one(RoundSummary).show(format_end(self.match))
        self.show_score()
        await self.query_one(RoundButtons).show(stage)
        self.refresh_bindings()
        # The footer keeps every key it ever showed alive until it is composed again.
        self.query_one(Footer).mutate_reactive(Footer.compact)

    def show_score(self) -> None:
        """Show the score of all plays that the decoder has predicted."""
        match = self.match
        header, score = self.query_one(RoundHeader), self.query_one(RoundScore)
        if match is None:
            header.coach, header.game = "signdecoder", "simulated coaches"
            header.situation = header.points = ""
            return
        current = match.played + (self.stage in (Stage.GIVING, Stage.ASKED))
        header.coach = f"play {current} of {len(match.round.plays)}"
        header.game, header.situation = f"level {match.round.level}", f"seed {match.round.seed}"
        if self.stage is not Stage.WAITING:
            header.points = format_points_of_both(match)
            score.over, score.match = self.stage is Stage.OVER, match
            self.query_one(RoundPlayList).show(match, steals_only=self.steals_only)

    def show_start(self) -> None:
        """Show the level and the seed of the next round."""
        self.query_one(RoundSummary).show(format_start(self.level, self.seed))

    def action_steals(self) -> None:
        """Show only the steals, or all plays."""
        self.steals_only = not self.steals_only
        self.show_score()

    def action_help(self) -> None:
        """Show help on the panel that has the focus, or on a round."""
        about = getattr(self.focused, "HELP", HELP)
        self.app.push_screen(HelpScreen(about, list_keys(self)))

    @on(ActionRequested)
    async def _run_requested_action(self, requested: ActionRequested) -> None:
        """Run the action of a button."""
        await self.run_action(requested.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action works now. The footer shows only those that do."""
        return is_allowed(action, self.stage)
