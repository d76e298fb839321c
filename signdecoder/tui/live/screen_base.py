"""A screen at a desk: it hands the desk what is given, and shows what the desk tells."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from signdecoder.analysis.running_score import score_predictions
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold
from signdecoder.core.situation import Situation, read_situation
from signdecoder.core.text import printable
from signdecoder.session.current_game import CurrentGame
from signdecoder.session.draft import Draft
from signdecoder.session.events import (
    BeliefUpdated,
    CatchingUp,
    Explained,
    Failed,
    LogChanged,
    Notice,
    PendingWrites,
    Predicted,
    Weighed,
)
from signdecoder.session.service import LoggingService
from signdecoder.store.keypads import Pad
from signdecoder.tui.config import AppConfig
from signdecoder.tui.dialogs.explanation import ExplanationScreen
from signdecoder.tui.labels import score_words
from signdecoder.tui.live.board import Board
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.live.training_status import TrainingStatus
from signdecoder.tui.messages import ServiceEvent

_TWO_ROWS = 12  # signals that two rows of 80 columns hold
LATE_SECONDS = 1.0  # after which is said that the store lets wait
_LOOK_SECONDS = 0.25  # between two looks at whether the store lets wait
_AGAIN_SECONDS = 5  # after which a play that the store could not take is tried again


class LiveScreenBase(Screen[None]):
    """One coach's game: the book as it is recorded, the sequence that is being given."""

    def __init__(self, setup: AppConfig) -> None:
        super().__init__()
        self.setup = setup
        self.game_day = CurrentGame(setup.now, setup.game)
        self.desk = LoggingService(setup.open_store, setup.recall, self._pass_on)
        self.book: LogChanged | None = None
        self.standing: BeliefUpdated | None = None
        self.draft = Draft()
        self.last: tuple[str, ...] = ()
        self.situation: Situation | None = None
        self._told_full = False
        self.takes_up = False  # has a coach been chosen of whom the desk has not told yet?
        self.explains = False  # has been asked why, and is the desk still to tell?

    def compose(self) -> ComposeResult:
        """A line of where the game is, the board, and which keys work."""
        yield LiveHeader()
        yield Board(self.setup.play)
        yield TrainingStatus()
        yield Footer()

    def on_mount(self) -> None:
        """Start the desk."""
        self._work_at_desk()
        self.take_up(self.setup.coach, self.setup.signals)
        self.set_interval(_AGAIN_SECONDS, self._try_again)
        self.set_interval(_LOOK_SECONDS, self._look_at_store)

    async def on_unmount(self) -> None:
        """Let the desk finish what was given to it."""
        self.desk.close()

    @work(thread=True, exit_on_error=False)
    def _work_at_desk(self) -> None:
        try:
            self.desk.run()
        except SigndecoderError as error:
            self.post_message(ServiceEvent(Failed(str(error))))

    def _pass_on(self, notice: Notice) -> None:
        self.post_message(ServiceEvent(notice))

    def take_up(self, coach: str, signals: tuple[str, ...] = ()) -> None:
        """Take up a coach; until the desk tells of him nothing is given, lest it be another's."""
        self.takes_up = True
        self.desk.open(coach, signals)

    def _try_again(self) -> None:
        if self.query_one(LiveHeader).waiting:
            self.desk.try_again()

    def _look_at_store(self) -> None:
        """Say that the store lets wait, from the time on when somebody would wonder."""
        line = self.query_one(LiveHeader)
        waits = self.desk.seconds_at_store >= LATE_SECONDS
        if waits and line.on_their_way is None:
            self.notify(
                "Waiting for the store: it seems that another signdecoder writes to it. What you"
                " give is kept, and recorded as soon as it is free.",
                severity="warning", timeout=8,
            )  # fmt: skip
        line.on_their_way = self.desk.on_their_way if waits else None

    @property
    def game(self) -> str:
        """The game that is being logged."""
        return self.game_day.game

    @property
    def awaits_desk(self) -> bool:
        """Is what the desk tells next to come before what is given next?"""
        return self.takes_up or self.explains

    @property
    def pad(self) -> Pad:
        """The signals that are offered."""
        return self.book.pad if self.book and not self.takes_up else ()

    @property
    def board(self) -> Board:
        """Where all of it is shown."""
        return self.query_one(Board)

    def give(self, draft: Draft) -> None:
        """Go on with this sequence, and ask what it calls."""
        self.come_to_today()
        before, self.draft = self.draft, draft
        if draft == before:
            self._tell_full(draft)
            return
        self._told_full = False
        self.board.show_draft(draft)
        if draft.signals:
            self.desk.ask(draft.signals, draft.ended)
        if draft.signals != before.signals:
            self.desk.keep_draft(draft.signals)
        if _stage(draft) != _stage(before):  # the footer costs more than all the rest
            self.refresh_bindings()

    def _tell_full(self, draft: Draft) -> None:
        """Say once of a sequence that no more signals go into it."""
        if draft.is_full and not draft.ended and not self._told_full:
            self._told_full = True
            self.notify(f"a sequence has at most {len(draft.signals)} signals", timeout=3)

    def come_to_today(self) -> None:
        """Begin another game where a night has passed since the last play."""
        if self.game_day.come_to_today():
            self.situation = None
            line = self.query_one(LiveHeader)
            line.game, line.situation = self.game, ""

    # --- what the desk tells ----------------------------------------------------------------------

    @on(ServiceEvent)
    async def _hear(self, told: ServiceEvent) -> None:
        match told.notice:
            case LogChanged() as book:
                await self._show_book(book)
            case Predicted() as advice if advice.prediction.signals == self.draft.signals:
                self.board.show_prediction(advice.prediction)
            case Weighed() as weighed if weighed.signals == self.draft.signals:
                self.board.show_weights(weighed.signals, weighed.weights)
            case Explained(explanation):
                self.explains = False
                self.app.push_screen(ExplanationScreen(explanation))
            case BeliefUpdated() as standing:
                self._show_standing(standing)
            case CatchingUp():
                self.board.show_catching_up()
            case Failed(words, of):
                self.takes_up &= of != "opening"
                self.explains &= of != "explaining"
                self.notify(printable(words), severity="error", timeout=8, markup=False)
            case PendingWrites(plays, why):
                self._show_waiting(len(plays), why)

    def _show_waiting(self, plays: int, why: str) -> None:
        line = self.query_one(LiveHeader)
        if plays > line.waiting and why:
            words = f"Not recorded yet: {why}. The play is kept, and recorded as soon as can be."
            self.notify(printable(words), severity="error", timeout=8, markup=False)
        line.waiting = plays

    async def _show_book(self, book: LogChanged) -> None:
        self.book = book
        if book.done:
            self.notify(printable(book.done), timeout=3, markup=False)
        if book.draft is not None:
            self.takes_up = False
            self._show_coach(book, book.draft)
        self.set_class(len(book.pad) > _TWO_ROWS, "many-signals")
        await self.board.show_book(book)
        line = self.query_one(LiveHeader)
        line.coach, line.game, line.plays = book.coach, self.game, len(book.plays)
        line.situation = self.situation.words if self.situation else ""
        if book.draft is None:
            line.recorded = book.at
        # A footer holds on to all keys that it ever showed until what they are bound to is touched.
        self.query_one(Footer).mutate_reactive(Footer.compact)

    def _show_coach(self, book: LogChanged, draft: tuple[str, ...]) -> None:
        """Another coach's plays: his last game goes on if it is today's, and so does a draft."""
        last = next((p for p in reversed(book.plays) if fold(p.game) == fold(self.game)), None)
        self.situation = read_situation(last.context) if last else None
        if last:
            self.game_day.go_on()
        self.last = book.plays[-1].signals if book.plays else ()
        self.standing = None
        self.board.show_standing(None)
        self.give(Draft(draft))

    def _show_standing(self, standing: BeliefUpdated) -> None:
        if self.book is None or fold(standing.summary.coach) != fold(self.book.coach):
            return
        self.standing = standing
        self.board.show_standing(standing)
        pairs = zip(standing.points, self.book.plays, strict=False)
        score = score_predictions([(p.said, play.outcome) for p, play in pairs if p is not None])
        self.query_one(LiveHeader).score = score_words(score)


def _stage(draft: Draft) -> tuple[bool, bool]:
    """Which keys work follows from this: is there a signal, and has the sequence ended?"""
    return bool(draft.signals), draft.ended
