"""Connect the live screen to its logging service, and display the service's events."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from signdecoder.analysis.running_score import score_predictions
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import KeypadLayout
from signdecoder.core.moments import Moment, read_moment
from signdecoder.core.names import NameKey, fold
from signdecoder.core.situation import Situation, parse_situation
from signdecoder.core.text import printable
from signdecoder.session.current_game import CurrentGame
from signdecoder.session.draft import Draft
from signdecoder.session.entry_history import Entry, EntryHistory, Step
from signdecoder.session.events import (
    Attributed,
    BeliefUpdated,
    Explained,
    Failed,
    LogChanged,
    PendingWrites,
    Predicted,
    Reading,
    ReplayStarted,
    SessionEvent,
)
from signdecoder.session.renames import Renames
from signdecoder.session.service import LoggingService
from signdecoder.tui.config import AppConfig
from signdecoder.tui.dialogs.explanation import ExplanationScreen
from signdecoder.tui.labels import format_score
from signdecoder.tui.live.board import Board
from signdecoder.tui.live.header import LiveHeader
from signdecoder.tui.live.training_status import TrainingStatus
from signdecoder.tui.messages import ServiceEvent

_MAX_TWO_ROWS = 12  # signals that fit into two rows of 80 columns
BLOCKED_SECONDS = 1.0  # after which the screen says that the store is locked
_CHECK_SECONDS = 0.25  # between two checks whether the store is locked
_REFRESH_SECONDS = 1  # between two looks for plays that others have logged
_RETRY_SECONDS = 5  # between two attempts to save plays that the store did not accept


class LiveDisplay(Screen[None]):
    """Show one coach's game: the log as it is stored, and the sequence that is being entered."""

    def __init__(self, config: AppConfig) -> None:
        super().__init__()
        self.config = config
        self.current_game = CurrentGame(config.now, config.game)
        self.service = LoggingService(config.open_store, config.open_decoder, self._forward)
        self.play_log: LogChanged | None = None
        self.belief: BeliefUpdated | None = None
        self.draft = Draft()
        self.history = EntryHistory()
        self.last_sequence: tuple[str, ...] = ()
        self.situation: Situation | None = None
        self._warned_full = False
        self.loading_coach = False  # has a coach been chosen whose log has not arrived yet?
        self.awaiting_explanation = False

    def compose(self) -> ComposeResult:
        """Lay out the header, the board, the training status and the footer."""
        yield LiveHeader()
        yield Board(self.config.play)
        yield TrainingStatus()
        yield Footer()

    def on_mount(self) -> None:
        """Start the service and load the coach."""
        self._run_service()
        self.load_coach(self.config.coach, self.config.signals)
        self.set_interval(_RETRY_SECONDS, self._retry_pending)
        self.set_interval(_CHECK_SECONDS, self._check_store)
        self.set_interval(_REFRESH_SECONDS, self.service.refresh)

    async def on_unmount(self) -> None:
        """Let the service finish its requests."""
        self.service.close()

    @work(thread=True, exit_on_error=False)
    def _run_service(self) -> None:
        """Run the service in a thread."""
        try:
            self.service.run()
        except SigndecoderError as error:
            self.post_message(ServiceEvent(Failed(str(error))))

    def _forward(self, event: SessionEvent) -> None:
        """Post an event of the service to this screen; called in the service's thread."""
        self.post_message(ServiceEvent(event))

    def load_coach(self, coach: str, signals: tuple[str, ...] = ()) -> None:
        """Switch to a coach. Keys wait for the log, so that no play goes to the wrong coach."""
        self.loading_coach = True
        self.service.load_coach(coach, signals)

    def _retry_pending(self) -> None:
        """Try again to save plays that the store did not accept."""
        if self.query_one(LiveHeader).n_pending:
            self.service.retry()

    def _check_store(self) -> None:
        """Say that the store is locked, once it takes long enough for anyone to notice."""
        header = self.query_one(LiveHeader)
        blocked = self.service.seconds_blocked >= BLOCKED_SECONDS
        if blocked and header.n_in_flight is None:
            self.notify(
                "Another signdecoder is using the database. Keep logging: your plays are saved as"
                " soon as it is free.",
                severity="warning", timeout=8,
            )  # fmt: skip
        header.n_in_flight = self.service.n_in_flight if blocked else None

    @property
    def game(self) -> str:
        """The game that is being logged."""
        return self.current_game.game

    @property
    def moment(self) -> Moment:
        """When the next play is, if that was entered."""
        return read_moment(self.situation.to_context()) if self.situation else Moment()

    @property
    def _asked(self) -> tuple[tuple[str, ...], Moment]:
        """What the prediction has to be of, to be shown."""
        return self.draft.signals, self.moment

    @property
    def is_waiting_for_service(self) -> bool:
        """Whether the next key has to wait for an event of the service."""
        return self.loading_coach or self.awaiting_explanation

    @property
    def name_key(self) -> NameKey:
        """How names of the coach's signals are compared."""
        return self.play_log.name_key if self.play_log else fold

    @property
    def keypad(self) -> KeypadLayout:
        """The signals that can be entered, with their keys."""
        return self.play_log.keypad if self.play_log and not self.loading_coach else ()

    @property
    def board(self) -> Board:
        """The container of all panels."""
        return self.query_one(Board)

    def set_draft(self, draft: Draft) -> None:
        """Show this sequence, save it, and request its prediction."""
        self.roll_over_game()
        before, self.draft = self.draft, draft
        if draft == before:
            self._warn_if_full(draft)
            return
        self._warned_full = False
        self.board.show_draft(draft)
        if draft.signals != before.signals:
            self.request_prediction()
            self.service.save_draft(draft.signals)

    def request_prediction(self) -> None:
        """Request the prediction for the sequence as it is, at this moment of the game."""
        self.board.show_asked()
        self.service.request_prediction(self.draft.signals, True, self.moment)

    def _warn_if_full(self, draft: Draft) -> None:
        """Say once that the sequence can take no more signals."""
        if draft.is_full and not draft.ended and not self._warned_full:
            self._warned_full = True
            self.notify(f"A sequence has at most {len(draft.signals)} signals.", timeout=3)

    def set_situation(self, situation: Situation | None) -> None:
        """Show inning, outs and count, and predict the sequence for them."""
        self.situation = situation
        self.query_one(LiveHeader).situation = situation.describe() if situation else ""
        if self.draft.signals:
            self.request_prediction()

    def roll_over_game(self) -> None:
        """Start a new game if a night has passed since the last play."""
        if self.current_game.roll_over():
            self.situation = None
            header = self.query_one(LiveHeader)
            header.game, header.situation = self.game, ""

    # --- events of the service --------------------------------------------------------------------

    @on(ServiceEvent)
    async def _show_event(self, message: ServiceEvent) -> None:
        """Show an event of the service; one about an earlier sequence is ignored."""
        match message.event:
            case LogChanged() as log:
                await self._show_log(log)
            case Predicted(prediction, _, is_current) if self._asked == (
                prediction.signals,
                prediction.moment,
            ):
                self.board.show_prediction(prediction, is_current)
            case Attributed(signals=signals, weights=weights) if signals == self.draft.signals:
                self.board.show_weights(signals, weights)
            case Explained(explanation):
                self.awaiting_explanation = False
                self.app.push_screen(ExplanationScreen(explanation))
            case BeliefUpdated() as belief:
                self._show_belief(belief)
            case Reading(n_read, n_plays):
                self.board.show_reading(n_read, n_plays)
            case ReplayStarted():
                self.board.show_replay_started()
            case Failed(words, request):
                self.loading_coach &= request != "loading"
                self.awaiting_explanation &= request != "explaining"
                self.notify(printable(words), severity="error", timeout=8, markup=False)
            case PendingWrites(plays, reason):
                self._show_pending(len(plays), reason)

    def _show_pending(self, n_plays: int, reason: str) -> None:
        """Show how many plays the store did not accept, and say why when there is a new one."""
        header = self.query_one(LiveHeader)
        if n_plays > header.n_pending and reason:
            words = f"Not saved yet: {reason}. The play is kept and saved as soon as possible."
            self.notify(printable(words), severity="error", timeout=8, markup=False)
        header.n_pending = n_plays

    async def _show_log(self, log: LogChanged) -> None:
        """Show a coach's log as it is stored."""
        before, self.play_log = self.play_log, log
        if before and (before.plays, before.change_points) != (log.plays, log.change_points):
            self.board.show_asked()  # what is shown is of another log
        if not self.loading_coach:
            self._follow_renames(log.renames)
        if log.message:
            self.notify(printable(log.message), timeout=3, markup=False)
        if log.draft is not None:
            self.loading_coach = False
            self._show_coach(log, log.draft)
            self.history.clear()
        if log.is_operation:
            entry = Entry(Draft(self.draft.signals), self.situation)
            self.history.add(Step(entry, entry, is_stored=True))
        self.set_class(len(log.keypad) > _MAX_TWO_ROWS, "many-signals")
        await self.board.show_log(log)
        header = self.query_one(LiveHeader)
        header.coach, header.game, header.n_plays = log.coach, self.game, len(log.plays)
        header.situation = self.situation.describe() if self.situation else ""
        if log.draft is None:
            header.saved_at = log.time

    def _follow_renames(self, renames: Renames) -> None:
        """Go on with the game and the sequence under the names that they have elsewhere by now."""
        if game := renames.games.get(fold(self.game)):
            self.current_game.rename(game)
        signals = tuple(renames.signals.get(fold(name), name) for name in self.draft.signals)
        if signals != self.draft.signals:
            self.set_draft(replace(self.draft, signals=signals))

    def _show_coach(self, log: LogChanged, draft: tuple[str, ...]) -> None:
        """Show a coach that has been loaded, and continue today's game and the draft."""
        last = next((p for p in reversed(log.plays) if fold(p.game) == fold(self.game)), None)
        self.situation = parse_situation(last.context) if last else None
        if last:
            self.current_game.mark_active()
        self.last_sequence = log.plays[-1].signals if log.plays else ()
        self.belief = None
        self.board.show_belief(None, n_plays=len(log.plays))
        self.set_draft(Draft(draft))

    def _show_belief(self, belief: BeliefUpdated) -> None:
        """Show what the decoder believes about the coach's signs."""
        if self.play_log is None or fold(belief.summary.coach) != fold(self.play_log.coach):
            return
        self.belief = belief
        self.board.show_belief(belief)
        pairs = zip(belief.past_predictions, self.play_log.plays, strict=False)
        score = score_predictions([(p.prediction, play.outcome) for p, play in pairs if p])
        self.query_one(LiveHeader).score = format_score(score)
