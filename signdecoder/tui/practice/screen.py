"""Practice: a simulated coach signs, a student guesses, and the decoder's belief is told beside."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Key

from signdecoder.practice.match import CHANCES, Match
from signdecoder.practice.rounds import LEVELS, Round, draw_round
from signdecoder.store.keypads import Pad, lay_out
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.messages import Believed, SequenceGiven, SignalGiven
from signdecoder.tui.practice.animated_sequence import AnimatedSequence
from signdecoder.tui.practice.duel import Duel
from signdecoder.tui.practice.keypad import KeySignKeypad
from signdecoder.tui.practice.labels import GUESSES
from signdecoder.tui.practice.screen_base import PracticeScreenBase
from signdecoder.tui.practice.stage import Stage, can_do

_PACES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)  # seconds from one signal to the next


class PracticeScreen(PracticeScreenBase):
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

    def __init__(self, setup: PracticeConfig) -> None:
        super().__init__(setup)
        self._pad: Pad = ()
        self._pace = setup.pace
        self._failed = False  # the decoder, in this round

    async def on_mount(self) -> None:
        """Offer a level and a seed."""
        await self.come_to(Stage.START)

    # --- before a round ---------------------------------------------------------------------------

    def action_level(self, step: int) -> None:
        """An easier or a harder level."""
        self.level = min(max(1, self.level + step), len(LEVELS))
        self.show_start()

    def action_new_seed(self) -> None:
        """Another seed."""
        self.seed = self.setup.draw_seed()
        self.show_start()

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
        await self.come_to(Stage.START)

    async def _begin(self, played: Round) -> None:
        self.level, self.seed = played.level, played.seed
        self.contest, self._failed, self.steals_alone = Match(played), False, False
        self._pad = lay_out(played.signals)
        pad = self.query_one(KeySignKeypad)
        pad.named = None
        await pad.show(self._pad)
        self.foretell(played)
        await self._give_play()

    # --- the decoder ------------------------------------------------------------------------------

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
        self.query_one(AnimatedSequence).show(())
        self.query_one(Duel).show("He signs …")
        await self.come_to(Stage.GIVING)
        self.query_one(AnimatedSequence).give(self.sequence, self._pace)

    def action_show_all(self) -> None:
        """Show the signals that are still to come."""
        self.query_one(AnimatedSequence).give_all()

    @on(SequenceGiven)
    async def _ask(self, given: SequenceGiven) -> None:
        if self.stage is Stage.GIVING and given.signals is self.sequence:
            self.query_one(Duel).show("Does he call a steal?")
            await self.come_to(Stage.ASKED)

    def action_pace(self, step: int) -> None:
        """A step slower or faster."""
        nearest = min(range(len(_PACES)), key=lambda n: abs(_PACES[n] - self._pace))
        self._pace = _PACES[min(max(0, nearest + step), len(_PACES) - 1)]
        self.query_one(AnimatedSequence).set_pace(self._pace)

    async def action_guess(self, number: int) -> None:
        """Guess, from 1 (surely hold) to 5 (surely steal)."""
        assert self.contest is not None
        self.contest = self.contest.guess(CHANCES[number - 1])
        self.query_one(Duel).show("The decoder is still thinking …", CHANCES[number - 1])
        if self._failed or len(self.contest.beliefs) >= self.contest.played:
            await self._tell()
        else:
            await self.come_to(Stage.WAITING)

    async def _tell(self) -> None:
        """Tell what came, and what the decoder had said; it may have to be waited for."""
        assert self.contest is not None
        n = self.contest.played - 1
        beliefs = self.contest.beliefs
        if n >= len(beliefs) and not self._failed:
            return
        belief = beliefs[n].probability if n < len(beliefs) else None
        self.query_one(Duel).tell(self.contest.round.plays[n].outcome, belief)
        await self.come_to(Stage.TOLD)

    async def action_go_on(self) -> None:
        """The next play, or the end."""
        assert self.contest is not None
        if self.contest.is_over:
            await self.come_to(Stage.OVER)
        else:
            await self._give_play()

    async def action_tell_rule(self) -> None:
        """End the round here; who has named no key sign yet must do that first."""
        assert self.contest is not None
        if self.contest.key is None:
            self.notify("Name his key sign first: press its letter.", timeout=3)
        else:
            await self.come_to(Stage.OVER)

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
        self.query_one(KeySignKeypad).named = self.contest.key
        self.show_score()
        self.refresh_bindings()
