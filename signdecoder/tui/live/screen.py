"""The live screen: log a game, and watch what the decoder learns about the signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.events import Key

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import add_signal
from signdecoder.core.missed import MISSED
from signdecoder.core.outcomes import parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.situation import Situation
from signdecoder.core.text import printable
from signdecoder.session.draft import Draft
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.input_queue import DIALOG
from signdecoder.tui.labels import OTHER_KEY, OUTCOME_KEYS
from signdecoder.tui.live.commands import LiveCommands
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.messages import ActionRequested, OutcomeChosen, PlayPicked, SignalPressed


class LiveScreen(LiveCommands):
    """Enter signals and see the prediction after each, then enter the outcome."""

    AUTO_FOCUS = ""
    # The footer shows them in this order until it is full.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "end", "End", key_display="⏎", id="end", tooltip="End the sequence"),
        Binding("backspace", "back", "Back", key_display="⌫", id="back", tooltip="Undo a touch"),
        Binding("escape", "clear", "Clear", id="clear", tooltip="Clear the sequence"),
        Binding("ctrl+z", "undo", "Undo", id="undo", tooltip="Undo the last saved change"),
        Binding("f1", "help", "Help", id="help"),
        Binding("f2", "names", "Names", id="names", tooltip="Coaches, games and signals"),
        Binding("f3", "to_plays", "Plays", id="to_plays", tooltip="To the list of plays and back"),
        Binding("f9", "why", "Why", id="why", tooltip="Explain this prediction"),
        Binding(
            "f4", "signs_changed", "New signs", id="signs_changed",
            tooltip="The coach has new signs: start fresh from here",
        ),
        Binding("f6", "train", "Train", id="train", tooltip="Tune the network on your plays"),
        Binding("ctrl+y", "redo", "Redo", show=False, id="redo", tooltip="Redo what you undid"),
        Binding("slash", "repeat", "Repeat", key_display="/", show=False, id="repeat",
                tooltip="Enter the last sequence again"),
        Binding("question_mark", "missed", "Missed signal", key_display="?", show=False,
                id="missed", tooltip="A signal that you did not see"),
        Binding("comma", "count('ball')", "Ball", show=False, id="ball"),
        Binding("full_stop", "count('strike')", "Strike", show=False, id="strike"),
        Binding("semicolon", "count('out')", "Out", show=False, id="out"),
        Binding("apostrophe", "count('next_half')", "Next half-inning", show=False, id="half"),
        Binding("plus", "add_signal", "New signal", show=False, id="add_signal"),
        Binding("delete", "delete_play", "Delete play", show=False, id="delete_play"),
        Binding("f5", "import_log", "Import a CSV file", show=False, id="import_log"),
        Binding("f7", "export_log", "Export a CSV file", show=False, id="export_log"),
        Binding("f8", "fold", "Show or hide the chart, or the plays", show=False, id="fold"),
    ]  # fmt: skip

    # --- the sequence -----------------------------------------------------------------------------

    async def on_key(self, event: Key) -> None:
        """Enter the signal of a key, or its outcome once the sequence has ended."""
        key = (event.character or "").lower()
        if self.draft.ended:
            if key in OUTCOME_KEYS:
                event.stop()
                self._record(OUTCOME_KEYS[key])
            elif key == OTHER_KEY:
                event.stop()
                self.action_other_outcome()
            return
        signals = {signal.key: signal.name for signal in self.keypad if signal.key}
        # Shift and caps lock make no difference, unless both cases are keys.
        if name := signals.get(event.character or "", signals.get(key)):
            event.stop()
            self.set_draft(self.draft.add(name))

    @on(SignalPressed)
    def _add_pressed_signal(self, pressed: SignalPressed) -> None:
        """Enter the signal whose button was pressed."""
        if not self.draft.ended:
            self.set_draft(self.draft.add(pressed.name))

    @on(ActionRequested)
    async def _run_requested_action(self, requested: ActionRequested) -> None:
        """Run the action of a button."""
        await self.run_action(requested.action)

    @on(OutcomeChosen)
    def _record_chosen_outcome(self, chosen: OutcomeChosen) -> None:
        """Record the play with the outcome whose button was pressed."""
        self._record(chosen.outcome)

    def action_missed(self) -> None:
        """Enter a signal that was given and not seen."""
        self.set_draft(self.draft.add(MISSED))

    def action_end(self) -> None:
        """End the sequence."""
        self.set_draft(self.draft.end())

    def action_back(self) -> None:
        """Undo the last step."""
        self.set_draft(self.draft.back())

    def action_clear(self) -> None:
        """Leave the panel that has the focus, or else clear the sequence."""
        if self.focused is not None:
            self.leave_panel()
        else:
            self.set_draft(Draft())

    def action_repeat(self) -> None:
        """Enter the last sequence again."""
        if self.last_sequence and not self.draft.signals:
            self.set_draft(Draft(self.last_sequence))

    # --- the outcome ------------------------------------------------------------------------------

    def _record(self, outcome: str) -> None:
        """Record the play and begin the next."""
        if not self.draft.ended or self.play_log is None or self.loading_coach:
            return
        self.roll_over_game()
        context = self.situation.to_context() if self.situation else {}
        coach, date = self.play_log.coach, self.current_game.date
        self.service.record(Play(self.draft.signals, outcome, coach, self.game, date, context))
        self.current_game.mark_active()
        self.last_sequence = self.draft.signals
        self.set_draft(Draft())

    @work(group=DIALOG)
    async def action_other_outcome(self) -> None:
        """Ask for an outcome by name, and record the play with it."""
        if not self.draft.ended:
            return
        prompt = PromptScreen("Other play", "What did the team do? For example, swing.")
        name = await self.app.push_screen_wait(prompt)
        if name:
            try:
                self._record(parse_outcome(name, {name}))
            except SigndecoderError as error:
                self.notify(printable(str(error)), severity="error", markup=False)

    # --- the situation, the keypad, undo ----------------------------------------------------------

    def action_count(self, step: str) -> None:
        """Count one more ball, strike, out or half-inning."""
        steps: dict[str, Callable[[Situation], Situation]] = {
            "ball": Situation.ball, "strike": Situation.strike,
            "out": Situation.out, "next_half": Situation.next_half,
        }  # fmt: skip
        self.roll_over_game()
        self.situation = steps[step](self.situation or Situation())
        self.query_one(LiveHeader).situation = self.situation.describe()
        if self.draft.signals:
            self.request_prediction()

    @work(group=DIALOG)
    async def action_add_signal(self) -> None:
        """Ask for a new signal, and enter it if a sequence is being entered."""
        prompt = PromptScreen("New signal", "What does the coach touch? For example, left ear.")
        name = await self.app.push_screen_wait(prompt)
        if name:
            try:
                signal = add_signal(self.keypad, name, self.name_key)[-1]
            except SigndecoderError as error:
                self.notify(printable(str(error)), severity="error", markup=False)
                return
            self.service.update_keypad(lambda keypad, key: add_signal(keypad, signal.name, key))
            if self.draft.signals and not self.draft.ended:
                self.set_draft(self.draft.add(signal.name))

    def action_undo(self) -> None:
        """Undo the last change."""
        self.service.undo()

    def action_redo(self) -> None:
        """Redo what was undone last."""
        self.service.redo()

    def action_signs_changed(self) -> None:
        """Record that the coach changed their signs."""
        self.service.mark_change()

    def action_fold(self) -> None:
        """Show or hide the chart; on a narrow screen, the plays in place of the key sign."""
        self.toggle_class("plays-shown" if self.has_class("-narrow") else "plot-folded")
        self.board.redraw_plot(self.belief)

    @on(PlayPicked)
    def _edit_picked_play(self, picked: PlayPicked) -> None:
        """Open the play that was picked in the list."""
        self.action_edit_play(picked.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action works now. The footer shows only those that do."""
        if action == "end":
            return bool(self.draft.signals) and not self.draft.ended
        if action in ("back", "clear"):
            return bool(self.draft.signals) or (action == "clear" and self.focused is not None)
        if action == "repeat":
            return bool(self.last_sequence) and not self.draft.signals
        return True
