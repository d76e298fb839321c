"""The live screen: log a game, and watch what the decoder learns about the signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.events import Key, Paste

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import add_signal
from signdecoder.core.missed import MISSED, SOME_MISSED
from signdecoder.core.outcomes import NONE, parse_outcome
from signdecoder.core.play import Play
from signdecoder.core.situation import Situation
from signdecoder.core.text import printable
from signdecoder.session.draft import Draft
from signdecoder.session.entry_history import Entry, Step
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.input_queue import DIALOG
from signdecoder.tui.keys import live_bindings
from signdecoder.tui.labels import BY_NAME, list_other_plays, outcome_label
from signdecoder.tui.live.commands import LiveCommands
from signdecoder.tui.live.next_step import NextStep
from signdecoder.tui.messages import ActionRequested, OutcomeChosen, PlayPicked, SignalPressed
from signdecoder.tui.pasted import read_pasted

_HELD_SECONDS = 0.5  # a Backspace this soon after another one is a key held down


class LiveScreen(LiveCommands):
    """Enter signals and see the prediction after each, then enter the outcome."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*live_bindings()]
    _last_back = 0.0

    # --- the sequence -----------------------------------------------------------------------------

    async def on_key(self, event: Key) -> None:
        """Enter the signal of a key; while another play is chosen, a digit chooses it."""
        key = event.character or ""
        if self.draft.ended:
            if key.isalnum():
                event.stop()
                self._choose(key)
            elif event.key in ("up", "left", "down", "right"):
                event.stop()
                self.query_one(NextStep).move(-1 if event.key in ("up", "left") else 1)
            return
        signals = {signal.key: signal.name for signal in self.keypad if signal.key}
        # Shift and caps lock make no difference, unless both cases are keys.
        if name := signals.get(key, signals.get(key.lower())):
            event.stop()
            self._add(name)
        elif key.isalnum():
            event.stop()
            self.notify(f"No signal has the key {key.upper()}. + adds one.", timeout=3)

    def on_paste(self, event: Paste) -> None:
        """Read pasted text as a sequence, or say why it is none."""
        event.stop()
        try:
            signals = read_pasted(event.text, self.keypad, self.name_key)
        except SigndecoderError as error:
            self.notify(printable(str(error)), severity="warning", timeout=6, markup=False)
            return
        self._enter(Draft(signals))

    @on(SignalPressed)
    def _add_pressed_signal(self, pressed: SignalPressed) -> None:
        """Enter the signal whose button was pressed."""
        self._add(pressed.name)

    def _add(self, signal: str) -> None:
        """Enter one more signal. The keys belong to the sequence again."""
        if self.focused is not None:
            self.leave_panel()
        if not self.draft.ended:
            self._enter(self.draft.add(signal))

    def _enter(self, draft: Draft) -> None:
        """Show this sequence, as a step that can be undone."""
        before = Entry(self.draft, self.situation)
        self.set_draft(draft)
        if draft.signals != before.draft.signals:
            after = Entry(Draft(draft.signals), self.situation)
            self.history.add(Step(replace(before, draft=Draft(before.draft.signals)), after))

    @on(ActionRequested)
    async def _run_requested_action(self, requested: ActionRequested) -> None:
        """Run the action of a button."""
        await self.run_action(requested.action)

    def action_missed(self) -> None:
        """Enter a signal that was given and not seen."""
        self._add(MISSED)

    def action_missed_some(self) -> None:
        """Enter that any number of signals was not seen."""
        if self.draft.signals[-1:] != (SOME_MISSED,):
            self._add(SOME_MISSED)

    def action_back(self) -> None:
        """Undo the last signal, or what was done before the sequence."""
        now, before = monotonic(), self._last_back
        self._last_back = now
        last = self.history.last
        if self.draft.ended:
            self.set_draft(Draft(self.draft.signals))
        elif last is not None and (last.changes_situation or last.adds_to == self.draft.back()):
            self.action_undo()
        elif self.draft.signals:
            self._enter(self.draft.back())
        elif now - before > _HELD_SECONDS:  # a key held down stops at an empty sequence
            self.action_undo()

    def action_clear(self) -> None:
        """Leave the panel that has the focus, or else clear the sequence."""
        if self.focused is not None:
            self.leave_panel()
        elif self.draft.ended:
            self.set_draft(Draft(self.draft.signals))
        elif self.draft.signals:
            self._enter(Draft())
            self.notify("Cleared. Ctrl+Z brings the sequence back.", timeout=3)

    def action_repeat(self) -> None:
        """Enter the last sequence again."""
        if self.last_sequence and not self.draft.signals:
            self._enter(Draft(self.last_sequence))

    # --- the outcome ------------------------------------------------------------------------------

    def action_stole(self) -> None:
        """Record that the called play was run."""
        self._record(self.config.play)

    def action_stayed(self) -> None:
        """Record that nothing happened, or take the other play under the cursor."""
        if self.draft.ended:
            self._choose(self.query_one(NextStep).key)
        else:
            self._record(NONE)

    def action_other(self) -> None:
        """Offer the other plays, or go back to the sequence."""
        draft = self.draft
        self.set_draft(Draft(draft.signals) if draft.ended else draft.end())

    def _choose(self, digit: str) -> None:
        """Record the play with the outcome that has this digit."""
        outcome = list_other_plays(self.config.play).get(digit)
        if outcome == BY_NAME:
            self.action_other_by_name()
        elif outcome:
            self._record(outcome)

    @on(OutcomeChosen)
    def _record_chosen_outcome(self, chosen: OutcomeChosen) -> None:
        """Record the play with the outcome whose button was pressed."""
        self._record(chosen.outcome)

    def _record(self, outcome: str) -> None:
        """Record the play and begin the next."""
        if not self.draft.signals or self.play_log is None or self.loading_coach:
            return
        self.roll_over_game()
        before = Entry(Draft(self.draft.signals), self.situation)
        context = self.situation.to_context() if self.situation else {}
        coach, date = self.play_log.coach, self.current_game.date
        self.service.record(Play(self.draft.signals, outcome, coach, self.game, date, context))
        self.current_game.mark_active()
        self.last_sequence = self.draft.signals
        self.set_draft(Draft())
        self.history.add(Step(before, Entry(Draft(), self.situation), is_stored=True))

    @work(group=DIALOG)
    async def action_other_by_name(self) -> None:
        """Ask for an outcome by name, and record the play with it."""
        prompt = PromptScreen("Other play", "What did the team do? For example, swing.")
        name = await self.app.push_screen_wait(prompt)
        if name:
            try:
                self._record(parse_outcome(name, {name}))
            except SigndecoderError as error:
                self.notify(printable(str(error)), severity="error", markup=False)

    def action_flip(self) -> None:
        """Turn the outcome of the last play from the called play to nothing, and back."""
        plays = self.play_log.plays if self.play_log else ()
        play = max(plays, key=lambda play: play.id or 0, default=None)
        if play is None or self.service.n_in_flight:
            self.notify("No saved play to turn.", severity="warning", timeout=3)
            return
        outcome = NONE if play.outcome == self.config.play else self.config.play
        self.service.edit(play, replace(play, outcome=outcome))
        self.notify(f"The last play is now: {outcome_label(outcome)}.", timeout=3, markup=False)

    # --- the situation, the keypad, undo ----------------------------------------------------------

    def action_count(self, step: str) -> None:
        """Count one more ball, strike, out or half-inning."""
        steps: dict[str, Callable[[Situation], Situation]] = {
            "ball": Situation.ball, "strike": Situation.strike,
            "out": Situation.out, "next_half": Situation.next_half,
        }  # fmt: skip
        self.roll_over_game()
        before = Entry(Draft(self.draft.signals), self.situation)
        self.set_situation(steps[step](self.situation or Situation()))
        self.history.add(Step(before, replace(before, situation=self.situation)))

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
                self._add(signal.name)

    def action_undo(self) -> None:
        """Undo the last step: a signal, a count, a play or any other change."""
        step = self.history.undo()
        if step is None or step.is_stored:
            self.service.undo()
        if step is not None:
            self._show_entry(step.backward(Entry(Draft(self.draft.signals), self.situation)))

    def action_redo(self) -> None:
        """Redo what was undone last."""
        step = self.history.redo()
        if step is None or step.is_stored:
            self.service.redo()
        if step is not None:
            self._show_entry(step.forward(Entry(Draft(self.draft.signals), self.situation)))

    def _show_entry(self, entry: Entry) -> None:
        """Show the sequence and the count as they were."""
        self.set_draft(entry.draft)
        if entry.situation != self.situation:
            self.set_situation(entry.situation)

    def action_signs_changed(self) -> None:
        """Record that the coach changed their signs."""
        self.service.mark_change()

    @on(PlayPicked)
    def _edit_picked_play(self, picked: PlayPicked) -> None:
        """Open the play that was picked in the list."""
        self.action_edit_play(picked.number)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action works now. The menu lists only those that do."""
        if action == "repeat":
            return bool(self.last_sequence) and not self.draft.signals
        return True
