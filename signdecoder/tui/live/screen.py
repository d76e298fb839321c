"""The live screen: a game is logged on it, and what is thought of the coach's signs emerges."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.events import Key

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.situation import Situation
from signdecoder.core.text import printable
from signdecoder.session.draft import Draft
from signdecoder.store.keypads import add_signal
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.input_queue import DIALOG
from signdecoder.tui.labels import OTHER_KEY, OUTCOME_KEYS
from signdecoder.tui.live.commands import LiveCommands
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.messages import OutcomeGiven, PlayPicked, SignalGiven, StepAsked


class LiveScreen(LiveCommands):
    """Signals in, the probability after each; then the outcome, and the next play."""

    AUTO_FOCUS = ""
    # The footer shows them in this order, as far as there is room.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "end", "End", key_display="⏎", id="end"),
        Binding("backspace", "back", "Back", key_display="⌫", id="back"),
        Binding("escape", "clear", "Clear", id="clear", tooltip="Start the sequence again"),
        Binding("ctrl+z", "undo", "Undo", id="undo"),
        Binding("f1", "help", "Help", id="help"),
        Binding("f2", "names", "Names", id="names", tooltip="Coaches, games and signals"),
        Binding("f3", "to_plays", "Plays", id="to_plays", tooltip="To the list of plays and back"),
        Binding(
            "f4", "signs_changed", "Changed", id="signs_changed", tooltip="The signs changed here"
        ),
        Binding("f6", "train", "Train", id="train", tooltip="Tune the LSTM on what is recorded"),
        Binding("f9", "why", "Why", id="why", tooltip="Why it is thought so of this sequence"),
        Binding("ctrl+y", "redo", "Redo", id="redo"),
        Binding("slash", "repeat", "Repeat", key_display="/", show=False, id="repeat"),
        Binding("comma", "count('ball')", "Ball", show=False, id="ball"),
        Binding("full_stop", "count('strike')", "Strike", show=False, id="strike"),
        Binding("semicolon", "count('out')", "Out", show=False, id="out"),
        Binding("apostrophe", "count('next_half')", "Next half inning", show=False, id="half"),
        Binding("plus", "add_signal", "New signal", show=False, id="add_signal"),
        Binding("delete", "delete_play", "Delete play", show=False, id="delete_play"),
        Binding("f5", "import_log", "Import a CSV log", show=False, id="import_log"),
        Binding("f7", "export_log", "Export a CSV log", show=False, id="export_log"),
        Binding("f8", "fold", "Fold the plot, or the plays", show=False, id="fold"),
    ]

    # --- the sequence -----------------------------------------------------------------------------

    async def on_key(self, event: Key) -> None:
        """A letter or a digit gives a signal, or after the end an outcome."""
        key = (event.character or "").lower()
        if self.draft.ended:
            if key in OUTCOME_KEYS:
                event.stop()
                self._record(OUTCOME_KEYS[key])
            elif key == OTHER_KEY:
                event.stop()
                self.action_other_outcome()
            return
        for signal in self.pad:
            if signal.key and signal.key == key:
                event.stop()
                self.give(self.draft.add(signal.name))
                return

    @on(SignalGiven)
    def _touch_signal(self, given: SignalGiven) -> None:
        if not self.draft.ended:
            self.give(self.draft.add(given.name))

    @on(StepAsked)
    async def _touch_step(self, step: StepAsked) -> None:
        await self.run_action(step.action)

    @on(OutcomeGiven)
    def _touch_outcome(self, given: OutcomeGiven) -> None:
        self._record(given.outcome)

    def action_end(self) -> None:
        """End the sequence."""
        self.give(self.draft.end())

    def action_back(self) -> None:
        """Take the last step back."""
        self.give(self.draft.back())

    def action_clear(self) -> None:
        """Leave a panel that has the focus, else begin the sequence anew."""
        if self.focused is not None:
            self.leave_panel()
        else:
            self.give(Draft())

    def action_repeat(self) -> None:
        """Give the last sequence again."""
        if self.last and not self.draft.signals:
            self.give(Draft(self.last))

    # --- the outcome ------------------------------------------------------------------------------

    def _record(self, outcome: str) -> None:
        """Record the play and begin the next."""
        if not self.draft.ended or self.book is None or self.takes_up:
            return
        self.come_to_today()
        context = self.situation.write() if self.situation else {}
        play = Play(
            self.draft.signals, outcome, self.book.coach, self.game, self.game_day.day, context
        )
        self.desk.record(play)
        self.game_day.go_on()
        self.last = self.draft.signals
        self.give(Draft())

    @work(group=DIALOG)
    async def action_other_outcome(self) -> None:
        """Ask for another outcome by its name, and record the play with it."""
        if not self.draft.ended:
            return
        asked = PromptScreen("Another outcome", "What the team did, such as swing or double steal.")
        name = await self.app.push_screen_wait(asked)
        if name:
            try:
                self._record(parse_outcome(name, {name}))
            except SigndecoderError as error:
                self.notify(printable(str(error)), severity="error", markup=False)

    # --- the moment, the pad, the acts -----------------------------------------------------------

    def action_count(self, step: str) -> None:
        """One ball, strike, out or half inning more."""
        steps: dict[str, Callable[[Situation], Situation]] = {
            "ball": Situation.ball, "strike": Situation.strike,
            "out": Situation.out, "next_half": Situation.next_half,
        }  # fmt: skip
        self.come_to_today()
        self.situation = steps[step](self.situation or Situation())
        self.query_one(LiveHeader).situation = self.situation.words

    @work(group=DIALOG)
    async def action_add_signal(self) -> None:
        """Ask for a new signal, and give it where a sequence is being given."""
        asked = PromptScreen("New signal", "What the coach touches, such as left ear.")
        name = await self.app.push_screen_wait(asked)
        if name:
            try:
                signal = add_signal(self.pad, name)[-1].name
            except SigndecoderError as error:
                self.notify(printable(str(error)), severity="error", markup=False)
                return
            self.desk.put_pad(lambda pad: add_signal(pad, signal), f"the new signal {signal}")
            if self.draft.signals and not self.draft.ended:
                self.give(self.draft.add(signal))

    def action_undo(self) -> None:
        """Take the last act back."""
        self.desk.undo()

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self.desk.redo()

    def action_signs_changed(self) -> None:
        """The signs changed here."""
        self.desk.mark_change()

    def action_fold(self) -> None:
        """Fold the plot away, or on a narrow screen show the plays in the key sign's place."""
        self.toggle_class("plays-shown" if self.has_class("-narrow") else "plot-folded")
        self.board.redraw_plot(self.standing)

    @on(PlayPicked)
    def _edit_picked(self, picked: PlayPicked) -> None:
        self.action_edit_play(picked.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys work now: the footer shows those alone."""
        if action == "end":
            return bool(self.draft.signals) and not self.draft.ended
        if action in ("back", "clear"):
            return bool(self.draft.signals) or (action == "clear" and self.focused is not None)
        if action == "repeat":
            return bool(self.last) and not self.draft.signals
        return True
