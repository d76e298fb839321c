"""Practice: a simulated coach signs, a student guesses, and the decoder's belief is told beside."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import get_current_worker

from signdecoder.contest import CHANCES, Contest, foretell
from signdecoder.pads import Pad, lay_out
from signdecoder.practice import LEVELS, Round, draw_round
from signdecoder.tui.messages import Believed, SequenceGiven, SignalGiven, StepAsked
from signdecoder.tui.practice_words import GUESSES, HELP, end_words, score_words, start_words
from signdecoder.tui.screens.help import HelpScreen, list_keys
from signdecoder.tui.setup import PracticeSetup
from signdecoder.tui.stages import Stage, can_do
from signdecoder.tui.widgets.duel import Duel
from signdecoder.tui.widgets.naming_pad import NamingPad
from signdecoder.tui.widgets.round_card import RoundCard
from signdecoder.tui.widgets.round_line import RoundLine
from signdecoder.tui.widgets.round_list import RoundList
from signdecoder.tui.widgets.round_score import RoundScore
from signdecoder.tui.widgets.round_steps import RoundSteps
from signdecoder.tui.widgets.signs import Signs

_PACES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)  # seconds from one signal to the next


class PracticeScreen(Screen[None]):
    """Rounds, one after the other."""

    AUTO_FOCUS = ""
    # Enter goes on, whatever that is now; the footer shows what works, as far as there is room.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "guess(1)", "Guess", key_display="1-5", tooltip="Your guess, from 1 to 5"),
        *(
            Binding(str(n), f"guess({n})", f"Guess: {word}", show=False)
            for n, word in enumerate(GUESSES[1:], 2)
        ),
        Binding("enter", "start", "Start", key_display="⏎"),
        Binding("enter", "show_all", "Show all", key_display="⏎"),
        Binding("enter", "go_on", "Go on", key_display="⏎"),
        Binding("enter", "next_round", "Next round", key_display="⏎"),
        Binding("left", "level(-1)", "Easier", key_display="←"),
        Binding("right", "level(1)", "Harder", key_display="→"),
        Binding("f1", "help", "Help"),
        Binding("f2", "choose", "Level", tooltip="Leave this round and choose a level"),
        Binding("f3", "steals", "Steals", tooltip="The steals alone, or all plays"),
        Binding("f4", "tell_rule", "Rule", tooltip="End this round and tell the rule"),
        Binding("f5", "new_seed", "New seed", tooltip="Another coach of this level"),
        Binding("plus", "pace(-1)", "Faster", key_display="+", show=False),
        Binding("minus", "pace(1)", "Slower", key_display="-", show=False),
        Binding("ctrl+q", "app.quit", "Quit", priority=True, tooltip="Nothing is kept"),
    ]

    def __init__(self, setup: PracticeSetup) -> None:
        super().__init__()
        self.setup = setup
        self.level = setup.level
        self.seed = setup.draw_seed() if setup.seed is None else setup.seed
        self.stage = Stage.START
        self.contest: Contest | None = None
        self._pad: Pad = ()
        self._pace = setup.pace
        self._failed = False  # the decoder, in this round
        self._steals = False

    def compose(self) -> ComposeResult:
        """The sequence, the pad, the plays, the score."""
        yield RoundLine()
        with Container(id="round"):
            with Vertical(id="turn"):
                yield RoundCard()
                yield Signs()
                yield Duel()
                yield RoundSteps()
            yield NamingPad(id="naming")
            yield RoundList()
            yield RoundScore()
        yield Footer()

    async def on_mount(self) -> None:
        """Offer a level and a seed."""
        await self._come_to(Stage.START)

    def on_resize(self) -> None:
        """What the rows have room for may have changed."""
        self._show_score()

    # --- before a round ---------------------------------------------------------------------------

    def action_level(self, step: int) -> None:
        """An easier or a harder level."""
        self.level = min(max(1, self.level + step), len(LEVELS))
        self._show_start()

    def action_new_seed(self) -> None:
        """Another seed."""
        self.seed = self.setup.draw_seed()
        self._show_start()

    def _show_start(self) -> None:
        self.query_one(RoundCard).show(start_words(self.level, self.seed))

    async def action_start(self) -> None:
        """Begin the round of this level and seed."""
        await self._begin(draw_round(self.level, self.seed, self.setup.plays))

    async def action_next_round(self) -> None:
        """Begin the round after this one."""
        assert self.contest is not None
        await self._begin(self.contest.next_round())

    async def action_choose(self) -> None:
        """Leave the round and choose a level."""
        self.workers.cancel_group(self, "decoder")
        self.contest = None
        await self._come_to(Stage.START)

    async def _begin(self, played: Round) -> None:
        self.level, self.seed = played.level, played.seed
        self.contest, self._failed, self._steals = Contest(played), False, False
        self._pad = lay_out(played.signals)
        pad = self.query_one(NamingPad)
        pad.named = None
        await pad.show(self._pad)
        self._foretell(played)
        await self._give_play()

    # --- the decoder ------------------------------------------------------------------------------

    @work(thread=True, group="decoder", exclusive=True, exit_on_error=False)
    def _foretell(self, played: Round) -> None:
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

    @on(Believed)
    async def _hear(self, believed: Believed) -> None:
        if self.contest is None or believed.round is not self.contest.round:
            return
        if believed.belief is None:
            self._failed = True
            self.notify(
                f"{believed.trouble}: play on without it",
                severity="error", timeout=8, markup=False,
            )  # fmt: skip
        else:
            self.contest = self.contest.believe(believed.belief)
        if self.stage is Stage.WAITING:
            await self._tell()

    # --- a play -----------------------------------------------------------------------------------

    async def _give_play(self) -> None:
        """Give the next sequence, a signal after the other."""
        self.query_one(Signs).show(())
        self.query_one(Duel).show("He signs …")
        await self._come_to(Stage.GIVING)
        self.query_one(Signs).give(self._signals, self._pace)

    def action_show_all(self) -> None:
        """Show the signals that are still to come."""
        self.query_one(Signs).give_all()

    @on(SequenceGiven)
    async def _ask(self, given: SequenceGiven) -> None:
        if self.stage is Stage.GIVING and given.signals is self._signals:
            self.query_one(Duel).show("Does he call a steal?")
            await self._come_to(Stage.ASKED)

    @property
    def _signals(self) -> tuple[str, ...]:
        """The sequence that is given or guessed now."""
        assert self.contest is not None
        return self.contest.round.plays[self.contest.played].signals

    def action_pace(self, step: int) -> None:
        """A step slower or faster."""
        nearest = min(range(len(_PACES)), key=lambda n: abs(_PACES[n] - self._pace))
        self._pace = _PACES[min(max(0, nearest + step), len(_PACES) - 1)]
        self.query_one(Signs).set_pace(self._pace)

    async def action_guess(self, number: int) -> None:
        """Guess, from 1 (surely hold) to 5 (surely steal)."""
        assert self.contest is not None
        self.contest = self.contest.guess(CHANCES[number - 1])
        self.query_one(Duel).show("The decoder is still thinking …", CHANCES[number - 1])
        if self._failed or len(self.contest.beliefs) >= self.contest.played:
            await self._tell()
        else:
            await self._come_to(Stage.WAITING)

    async def _tell(self) -> None:
        """Tell what came, and what the decoder had said; it may have to be waited for."""
        assert self.contest is not None
        n = self.contest.played - 1
        beliefs = self.contest.beliefs
        if n >= len(beliefs) and not self._failed:
            return
        belief = beliefs[n].probability if n < len(beliefs) else None
        self.query_one(Duel).tell(self.contest.round.plays[n].outcome, belief)
        await self._come_to(Stage.TOLD)

    async def action_go_on(self) -> None:
        """The next play, or the end."""
        assert self.contest is not None
        if self.contest.is_over:
            await self._come_to(Stage.OVER)
        else:
            await self._give_play()

    async def action_tell_rule(self) -> None:
        """End the round here; who has named no key sign yet must do that first."""
        assert self.contest is not None
        if self.contest.key is None:
            self.notify("Name his key sign first: press its letter.", timeout=3)
        else:
            await self._come_to(Stage.OVER)

    # --- the key sign -----------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """A letter names the key sign."""
        named = next((s.name for s in self._pad if s.key == (event.character or "").lower()), None)
        if named is not None and can_do("name", self.stage):
            event.stop()
            self._name_key(named)

    @on(SignalGiven)
    def _touch_signal(self, given: SignalGiven) -> None:
        if can_do("name", self.stage):
            self._name_key(given.name)

    def _name_key(self, signal: str) -> None:
        assert self.contest is not None
        self.contest = self.contest.name(signal)
        self.query_one(NamingPad).named = self.contest.key
        self._show_score()
        self.refresh_bindings()

    # --- what is shown ----------------------------------------------------------------------------

    async def _come_to(self, stage: Stage) -> None:
        """Come to this stage of the round: what is shown and which keys work follow from it."""
        self.stage = stage
        if stage is Stage.START:
            self.query_one(Signs).stop()
        self.set_class(stage is Stage.START, "-start")
        title = "Practice" if stage is Stage.START else "A simulated coach signs"
        self.query_one("#turn").border_title = title
        self.set_class(stage is Stage.OVER, "-over")
        if stage is Stage.START:
            self._show_start()
        elif stage is Stage.OVER and self.contest is not None:
            self.query_one(RoundCard).show(end_words(self.contest))
        self._show_score()
        await self.query_one(RoundSteps).show(stage)
        self.refresh_bindings()
        # A footer holds on to all keys that it ever showed until what they are bound to is touched.
        self.query_one(Footer).mutate_reactive(Footer.compact)

    def _show_score(self) -> None:
        contest = self.contest
        line, score = self.query_one(RoundLine), self.query_one(RoundScore)
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
            self.query_one(RoundList).show(told, steals=self._steals)

    def action_steals(self) -> None:
        """Show the steals alone, or all plays."""
        self._steals = not self._steals
        self._show_score()

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
