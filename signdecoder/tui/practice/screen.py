"""The practice screen: guess a simulated coach's signs, and compete with the decoder."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Key

from signdecoder.core.keypad import KeypadLayout, assign_keys
from signdecoder.practice.match import GUESS_PROBABILITIES, Match
from signdecoder.practice.rounds import LEVELS, Round, draw_round
from signdecoder.tui.config import PracticeConfig
from signdecoder.tui.messages import DecoderPredicted, SequenceGiven, SignalPressed
from signdecoder.tui.practice.animated_sequence import AnimatedSequence
from signdecoder.tui.practice.display import RoundDisplay
from signdecoder.tui.practice.duel import Duel
from signdecoder.tui.practice.keypad import KeySignKeypad
from signdecoder.tui.practice.labels import GUESSES
from signdecoder.tui.practice.stage import Stage, is_allowed

_PACES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)  # seconds from one signal to the next


class PracticeScreen(RoundDisplay):
    """Play rounds, one after another."""

    AUTO_FOCUS = ""
    # Enter is always the next step. The footer shows these in order until it is full.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "guess(1)", "Guess", key_display="1-5", tooltip="Your guess, from 1 to 5"),
        *(
            Binding(str(n), f"guess({n})", f"Guess: {word}", show=False)
            for n, word in enumerate(GUESSES[1:], 2)
        ),
        Binding("enter", "start", "Start", key_display="⏎"),
        Binding("enter", "show_all", "Show all", key_display="⏎"),
        Binding("enter", "next_play", "Next play", key_display="⏎"),
        Binding("enter", "next_round", "Next round", key_display="⏎"),
        Binding("left", "level(-1)", "Easier", key_display="←"),
        Binding("right", "level(1)", "Harder", key_display="→"),
        Binding("f1", "help", "Help"),
        Binding("f2", "choose", "Level", tooltip="Quit this round and choose a level"),
        Binding("f3", "steals", "Steals", tooltip="Only the steals, or all plays"),
        Binding("f4", "show_rule", "Rule", tooltip="End this round and show the rule"),
        Binding("f5", "new_seed", "New seed", tooltip="Another coach of this level"),
        Binding("plus", "pace(-1)", "Faster", key_display="+", show=False),
        Binding("minus", "pace(1)", "Slower", key_display="-", show=False),
        Binding(
            "ctrl+q", "app.quit", "Quit", priority=True, tooltip="Practice rounds are not saved"
        ),
    ]

    def __init__(self, config: PracticeConfig) -> None:
        super().__init__(config)
        self._keypad: KeypadLayout = ()
        self._pace = config.pace
        self._decoder_failed = False  # in this round

    async def on_mount(self) -> None:
        """Show the level and the seed to start with."""
        await self.enter_stage(Stage.START)

    # --- before a round ---------------------------------------------------------------------------

    def action_level(self, step: int) -> None:
        """Choose an easier or a harder level."""
        self.level = min(max(1, self.level + step), len(LEVELS))
        self.show_start()

    def action_new_seed(self) -> None:
        """Choose another seed."""
        self.seed = self.config.draw_seed()
        self.show_start()

    async def action_start(self) -> None:
        """Start the round of this level and seed."""
        await self._begin(draw_round(self.level, self.seed, self.config.plays))

    async def action_next_round(self) -> None:
        """Start the round after this one."""
        assert self.match is not None
        await self._begin(self.match.next_round())

    async def action_choose(self) -> None:
        """Quit the round and choose a level."""
        self.workers.cancel_group(self, "decoder")
        self.match = None
        await self.enter_stage(Stage.START)

    async def _begin(self, round_: Round) -> None:
        """Start a round."""
        self.level, self.seed = round_.level, round_.seed
        self.match, self._decoder_failed, self.steals_only = Match(round_), False, False
        self._keypad = assign_keys(round_.signals)
        keypad = self.query_one(KeySignKeypad)
        keypad.named = None
        await keypad.show(self._keypad)
        self.predict_round(round_)
        await self._give_play()

    # --- the decoder ------------------------------------------------------------------------------

    @on(DecoderPredicted)
    async def _add_prediction(self, predicted: DecoderPredicted) -> None:
        """Add a prediction of the decoder to the match."""
        if self.match is None or predicted.round is not self.match.round:
            return
        if predicted.view is None:
            self._decoder_failed = True
            words = f"{predicted.error} You can play on without it."
            self.notify(words, severity="error", timeout=8, markup=False)
        else:
            self.match = self.match.add_view(predicted.view)
        if self.stage is Stage.WAITING:
            await self._show_outcome()

    # --- a play -----------------------------------------------------------------------------------

    async def _give_play(self) -> None:
        """Show the next sequence, signal by signal."""
        self.query_one(AnimatedSequence).show(())
        self.query_one(Duel).show("The coach signs …")
        await self.enter_stage(Stage.GIVING)
        self.query_one(AnimatedSequence).give(self.sequence, self._pace)

    def action_show_all(self) -> None:
        """Show the remaining signals."""
        self.query_one(AnimatedSequence).give_all()

    @on(SequenceGiven)
    async def _ask(self, given: SequenceGiven) -> None:
        """Ask for a guess once the sequence is complete."""
        if self.stage is Stage.GIVING and given.signals is self.sequence:
            self.query_one(Duel).show("Steal or not?")
            await self.enter_stage(Stage.ASKED)

    def action_pace(self, step: int) -> None:
        """Change the speed by one step."""
        nearest = min(range(len(_PACES)), key=lambda n: abs(_PACES[n] - self._pace))
        self._pace = _PACES[min(max(0, nearest + step), len(_PACES) - 1)]
        self.query_one(AnimatedSequence).set_pace(self._pace)

    async def action_guess(self, number: int) -> None:
        """Guess, from 1 (sure hold) to 5 (sure steal)."""
        assert self.match is not None
        self.match = self.match.guess(GUESS_PROBABILITIES[number - 1])
        self.query_one(Duel).show(
            "The decoder is still thinking …", GUESS_PROBABILITIES[number - 1]
        )
        if self._decoder_failed or len(self.match.views) >= self.match.played:
            await self._show_outcome()
        else:
            await self.enter_stage(Stage.WAITING)

    async def _show_outcome(self) -> None:
        """Show the outcome and the decoder's prediction, if it is there already."""
        assert self.match is not None
        n = self.match.played - 1
        views = self.match.views
        if n >= len(views) and not self._decoder_failed:
            return
        probability = views[n].probability if n < len(views) else None
        self.query_one(Duel).reveal(self.match.round.plays[n].outcome, probability)
        await self.enter_stage(Stage.SHOWN)

    async def action_next_play(self) -> None:
        """Go on to the next play, or to the end."""
        assert self.match is not None
        if self.match.is_over:
            await self.enter_stage(Stage.OVER)
        else:
            await self._give_play()

    async def action_show_rule(self) -> None:
        """End the round here, if a key sign has been named."""
        assert self.match is not None
        if self.match.key is None:
            self.notify("Name the key sign first: press its letter.", timeout=3)
        else:
            await self.enter_stage(Stage.OVER)

    # --- the key sign -----------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Name the key sign by its letter."""
        named = next(
            (s.name for s in self._keypad if s.key == (event.character or "").lower()), None
        )
        if named is not None and is_allowed("name", self.stage):
            event.stop()
            self._name_key_sign(named)

    @on(SignalPressed)
    def _name_pressed_signal(self, pressed: SignalPressed) -> None:
        """Name the signal whose button was pressed."""
        if is_allowed("name", self.stage):
            self._name_key_sign(pressed.name)

    def _name_key_sign(self, signal: str) -> None:
        """Name the key sign."""
        assert self.match is not None
        self.match = self.match.name(signal)
        self.query_one(KeySignKeypad).named = self.match.key
        self.show_score()
        self.refresh_bindings()
