"""The live screen: a game is logged on it, and what is thought of the coach's signs emerges."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import Key
from textual.widgets import Footer

from signdecoder.desk import Desk
from signdecoder.draft import Draft
from signdecoder.errors import SigndecoderError
from signdecoder.notices import (
    Advice,
    Book,
    CatchingUp,
    Notice,
    Standing,
    Trouble,
    Weighed,
)
from signdecoder.pads import add_signal
from signdecoder.plays import Play, fold, read_outcome
from signdecoder.score import score_predictions
from signdecoder.situation import Situation, read_situation
from signdecoder.tui.messages import OutcomeGiven, PlayPicked, SignalGiven, StepAsked, Told
from signdecoder.tui.screens.ask import AskScreen
from signdecoder.tui.screens.errands import ErrandScreen
from signdecoder.tui.setup import Setup
from signdecoder.tui.widgets.chips import Chips
from signdecoder.tui.widgets.emergence import Emergence
from signdecoder.tui.widgets.gauge import Gauge
from signdecoder.tui.widgets.key_signs import KeySigns
from signdecoder.tui.widgets.next_step import NextStep
from signdecoder.tui.widgets.play_list import PlayList
from signdecoder.tui.widgets.signal_pad import SignalPad
from signdecoder.tui.widgets.top_line import TopLine
from signdecoder.tui.widgets.training_line import TrainingLine
from signdecoder.tui.words import OTHER_KEY, OUTCOME_KEYS, score_words

_TWO_ROWS = 12  # signals that two rows of 80 columns hold
_HINT = "Press a signal's key as the coach touches it. Enter ends the sequence."


class LiveScreen(ErrandScreen):
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

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.desk = Desk(setup.open_store, setup.recall, self._pass_on)
        self.draft = Draft()
        self._last: tuple[str, ...] = ()
        self._situation: Situation | None = None

    def compose(self) -> ComposeResult:
        """The pad, the sequence, the key sign; the plays, the plot."""
        yield TopLine()
        with Container(id="board"):
            with Container(id="top"):
                yield SignalPad(id="pad")
                with Vertical(id="sequence") as sequence:
                    sequence.border_title = "This sequence"
                    yield Chips()
                    yield Gauge()
                    yield NextStep(id="next")
                yield KeySigns()
            with Container(id="bottom"):
                yield PlayList(id="plays")
                yield Emergence(id="plot")
        yield TrainingLine()
        yield Footer()

    async def on_mount(self) -> None:
        """Show what is known at once, and start the desk."""
        self.query_one(Gauge).play = self.setup.play
        self.query_one(Chips).hint = _HINT
        await self.query_one(NextStep).show(ended=False)
        self._work_at_desk()
        self.desk.open(self.setup.coach, self.setup.signals)

    async def on_unmount(self) -> None:
        """Let the desk finish what was given to it, and end a training."""
        self.desk.close()
        if self.training is not None:
            await self.training.end()

    @work(thread=True, exit_on_error=False)
    def _work_at_desk(self) -> None:
        try:
            self.desk.run()
        except SigndecoderError as error:
            self.post_message(Told(Trouble(str(error))))

    def _pass_on(self, notice: Notice) -> None:
        self.post_message(Told(notice))

    # --- what the desk tells ----------------------------------------------------------------------

    @on(Told)
    async def _hear(self, told: Told) -> None:
        match told.notice:
            case Book() as book:
                await self._show_book(book)
            case Advice() as advice if advice.prediction.signals == self.draft.signals:
                self.query_one(Gauge).prediction = advice.prediction
            case Weighed() as weighed if weighed.signals == self.draft.signals:
                self.query_one(Chips).show(weighed.signals, weighed.weights)
            case Standing() as standing:
                self._show_standing(standing)
            case CatchingUp():
                self.query_one(KeySigns).catching_up = True
            case Trouble(words):
                self.notify(words, severity="error", timeout=8, markup=False)

    async def _show_book(self, book: Book) -> None:
        taken_up = book.draft is not None
        self.book = book
        if book.done:
            self.notify(f"{book.done}", timeout=3, markup=False)
        if taken_up:
            self._take_up(book)
        self.set_class(len(self.pad) > _TWO_ROWS, "many-signals")
        await self.query_one(SignalPad).show(self.pad)
        self.query_one(PlayList).show_plays(book.plays, book.changes)
        line = self.query_one(TopLine)
        line.coach, line.game, line.plays = book.coach, self.game, len(book.plays)
        line.situation = self._situation.words if self._situation else ""
        if not taken_up:
            line.recorded = book.at
        # A footer holds on to all keys that it ever showed until what they are bound to is touched.
        self.query_one(Footer).mutate_reactive(Footer.compact)

    def _take_up(self, book: Book) -> None:
        """Another coach's plays: his last game goes on if it is today's, and so does a draft."""
        last = next((p for p in reversed(book.plays) if fold(p.game) == fold(self.game)), None)
        self._situation = read_situation(last.context) if last else None
        self._last = book.plays[-1].signals if book.plays else ()
        self.standing = None
        gauge, keys = self.query_one(Gauge), self.query_one(KeySigns)
        gauge.standing = keys.standing = None
        self.query_one(PlayList).show_points(())
        self._give(Draft(book.draft or ()))

    def _show_standing(self, standing: Standing) -> None:
        if self.book is None or fold(standing.coach) != fold(self.book.coach):
            return
        self.standing = standing
        gauge, keys = self.query_one(Gauge), self.query_one(KeySigns)
        gauge.standing = keys.standing = standing
        keys.catching_up = False
        self.query_one(PlayList).show_points(standing.points)
        self.query_one(Emergence).show(standing.points)
        pairs = zip(standing.points, self.book.plays, strict=False)
        score = score_predictions([(p.said, play.outcome) for p, play in pairs if p is not None])
        self.query_one(TopLine).score = score_words(score)

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
                self._give(self.draft.add(signal.name))
                return

    @on(SignalGiven)
    def _touch_signal(self, given: SignalGiven) -> None:
        if not self.draft.ended:
            self._give(self.draft.add(given.name))

    @on(StepAsked)
    async def _touch_step(self, step: StepAsked) -> None:
        await self.run_action(step.action)

    @on(OutcomeGiven)
    def _touch_outcome(self, given: OutcomeGiven) -> None:
        self._record(given.outcome)

    def _give(self, draft: Draft) -> None:
        """Go on with this sequence, and ask what it calls."""
        if draft.is_full and draft == self.draft and not draft.ended:
            self.notify(f"a sequence has at most {len(draft.signals)} signals", timeout=3)
        changed = draft != self.draft
        same_signals = draft.signals == self.draft.signals
        stage = _stage(self.draft)
        self.draft = draft
        chips = self.query_one(Chips)
        if not same_signals:
            chips.show(draft.signals, chips.weights[: len(draft.signals)])
        if not draft.signals:
            chips.show(())
            self.query_one(Gauge).prediction = None
        elif changed:
            self.desk.ask(draft.signals, draft.ended)
        if not same_signals:
            self.desk.keep_draft(draft.signals)
        if _stage(draft) != stage:  # the footer costs more than all the rest
            self.call_later(self.query_one(NextStep).show, draft.ended)
            self.refresh_bindings()

    def action_end(self) -> None:
        """End the sequence."""
        self._give(self.draft.end())

    def action_back(self) -> None:
        """Take the last step back."""
        self._give(self.draft.back())

    def action_clear(self) -> None:
        """Leave a panel that has the focus, else begin the sequence anew."""
        if self.focused is not None:
            self.set_focus(None)
        else:
            self._give(Draft())

    def action_repeat(self) -> None:
        """Give the last sequence again."""
        if self._last and not self.draft.signals:
            self._give(Draft(self._last))

    # --- the outcome ------------------------------------------------------------------------------

    def _record(self, outcome: str) -> None:
        """Record the play and begin the next."""
        if not self.draft.ended or self.book is None:
            return
        context = self._situation.write() if self._situation else {}
        self.desk.record(
            Play(self.draft.signals, outcome, self.book.coach, self.game, self.setup.day, context)
        )
        self._last = self.draft.signals
        self._give(Draft())

    @work
    async def action_other_outcome(self) -> None:
        """Ask for another outcome by its name, and record the play with it."""
        if not self.draft.ended:
            return
        asked = AskScreen("Another outcome", "What the team did, such as swing or double steal.")
        name = await self.app.push_screen_wait(asked)
        if name:
            try:
                self._record(read_outcome(name, {name}))
            except SigndecoderError as error:
                self.notify(str(error), severity="error", markup=False)

    # --- the moment, the pad, the acts -----------------------------------------------------------

    def action_count(self, step: str) -> None:
        """One ball, strike, out or half inning more."""
        steps: dict[str, Callable[[Situation], Situation]] = {
            "ball": Situation.ball, "strike": Situation.strike,
            "out": Situation.out, "next_half": Situation.next_half,
        }  # fmt: skip
        self._situation = steps[step](self._situation or Situation())
        self.query_one(TopLine).situation = self._situation.words

    @work
    async def action_add_signal(self) -> None:
        """Ask for a new signal, and give it where a sequence is being given."""
        asked = AskScreen("New signal", "What the coach touches, such as left ear.")
        name = await self.app.push_screen_wait(asked)
        if name:
            try:
                pad = add_signal(self.pad, name)
            except SigndecoderError as error:
                self.notify(str(error), severity="error", markup=False)
                return
            self.desk.put_pad(pad, f"the new signal {pad[-1].name}")
            if self.draft.signals and not self.draft.ended:
                self._give(self.draft.add(pad[-1].name))

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
        if self.standing is not None:
            self.call_after_refresh(self.query_one(Emergence).redraw, self.standing.points)

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
            return bool(self._last) and not self.draft.signals
        return True


def _stage(draft: Draft) -> tuple[bool, bool]:
    """Which keys work follows from this: is there a signal, and has the sequence ended?"""
    return bool(draft.signals), draft.ended
