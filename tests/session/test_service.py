"""The logging service stores everything in order, and the store matches a plain list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import assign_keys
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import (
    Attributed,
    BeliefUpdated,
    Failed,
    LogChanged,
    PendingWrites,
    Predicted,
    ReplayStarted,
    SessionEvent,
)
from signdecoder.session.service import LoggingService
from signdecoder.store.errors import disk_full_error
from signdecoder.store.store import Store
from tests.support.fakes import FakeDecoder, read_fake_decoder


def open_fake(store: Store, coach: str) -> Iterator[Decoder]:
    return cast(Iterator[Decoder], read_fake_decoder(store, coach))


def counts(event: object) -> tuple[int, int] | None:
    """The plays and the called plays that a belief is based on."""
    if not isinstance(event, BeliefUpdated):
        return None
    return event.summary.n_plays, event.summary.n_called


class Listener:
    """A service that runs in a thread, and all events that it emitted."""

    def __init__(self, path: Path) -> None:
        self.events: list[SessionEvent] = []
        self._news = Event()
        self.service = LoggingService(lambda: Store.open(path), open_fake, self._on_event)
        self._thread = Thread(target=self.service.run)
        self._thread.start()

    def _on_event(self, event: SessionEvent) -> None:
        self.events.append(event)
        self._news.set()

    def wait(self, seen: Callable[[SessionEvent], bool]) -> SessionEvent:
        """Wait for an event that satisfies a condition, and return the first one."""
        for _ in range(400):
            found = next((event for event in self.events if seen(event)), None)
            if found is not None:
                return found
            self._news.wait(0.05)
            self._news.clear()
        raise AssertionError(f"no such event: {self.events}")

    def close(self) -> None:
        self.service.close()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def listener(tmp_path: Path) -> "Listener":
    return Listener(tmp_path / "store.db")


def play(signals: str, outcome: str, coach: str = "Hawks") -> Play:
    return Play(tuple(signals.split()), outcome, coach, "Lions", "2026-05-01")


def test_a_play_is_stored_before_the_log_is_reported(listener: Listener, tmp_path: Path) -> None:
    listener.service.load_coach("Hawks")
    listener.service.record(play("ear cap belt", "steal"))
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)
    with Store.open(tmp_path / "store.db") as store:
        assert store.plays() == [play("ear cap belt", "steal")]
    assert isinstance(log, LogChanged)
    assert log.coaches == (("Hawks", 1),)
    # The decoder was opened after the play, so its prediction is found by backfilling.
    belief = listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and None not in n.past_predictions
    )
    assert isinstance(belief, BeliefUpdated)
    assert (belief.summary.n_plays, belief.summary.key_signs[0].sign) == (1, "cap")
    # What was predicted is kept with the belief: it is there before that.
    first = listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    assert isinstance(first, BeliefUpdated)
    assert first.past_predictions == (None,)
    assert first.p_before == pytest.approx((0.93,))
    listener.close()


def test_a_draft_is_saved_for_the_coach_it_was_entered_for(
    listener: Listener, tmp_path: Path
) -> None:
    listener.service.load_coach("Hawks")
    listener.service.save_draft(("cap",))
    listener.service.load_coach("Owls")
    listener.close()
    with Store.open(tmp_path / "store.db") as store:
        assert (store.draft("Hawks"), store.draft("Owls")) == (("cap",), ())


def test_a_failure_names_its_request(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store.db")
    listener.service.redo()
    listener.wait(lambda n: isinstance(n, Failed))
    with Store.open(tmp_path / "store.db") as store, store.writing() as db:
        db.execute("DROP TABLE drafts")
    listener.service.request_explanation(("cap",))
    listener.service.load_coach("Hawks")
    listener.close()
    failures = [event.request for event in listener.events if isinstance(event, Failed)]
    assert failures[:3] == ["", "explaining", "loading"]


def test_a_prediction_is_followed_by_the_weight_of_each_signal(listener: Listener) -> None:
    listener.service.load_coach("Hawks")
    listener.service.record(play("ear cap belt", "steal"))
    listener.service.request_prediction(("ear", "cap"), complete=False)
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    listener.service.request_prediction(("ear", "cap"), complete=False)
    predicted = listener.wait(lambda n: isinstance(n, Predicted))
    attributed = listener.wait(lambda n: isinstance(n, Attributed))
    assert isinstance(predicted, Predicted)
    assert isinstance(attributed, Attributed)
    assert predicted.prediction.probability == 0.93
    assert attributed.weights[0] == pytest.approx(0)  # any other signal there does the same
    assert attributed.weights[1] > 4  # log-odds of 0.93 beside those of 0.12
    listener.close()


def test_logging_goes_on_when_the_decoder_fails(listener: Listener) -> None:
    fault = FakeDecoder().fault
    listener.service.load_coach("Hawks")
    listener.service.record(play("ear cap", "steal"))
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    listener.service.request_prediction((fault,), complete=True)
    failure = listener.wait(lambda n: isinstance(n, Failed))
    assert failure == Failed(
        "The decoder failed (ZeroDivisionError: the fake was asked to fail). You can keep logging."
    )
    listener.service.record(play("nose", "none"))
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 2)
    listener.close()


def test_the_decoder_follows_edits_deletions_and_undo(listener: Listener) -> None:
    listener.service.load_coach("Hawks")
    for signals, outcome in (("ear cap", "steal"), ("nose", "none"), ("cap belt", "steal")):
        listener.service.record(play(signals, outcome))
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 2)
    )
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 3)
    assert isinstance(log, LogChanged)
    shown = log.plays
    listener.service.edit(shown[0], play("ear cap", "none"))
    listener.wait(lambda n: isinstance(n, ReplayStarted))
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 1)
    )
    listener.service.delete_play(shown[2])
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (2, 0)
    )
    listener.events.clear()
    listener.service.undo()
    listener.service.undo()
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 2)
    )
    listener.close()


def test_a_request_that_fails_is_reported_and_changes_nothing(listener: Listener) -> None:
    listener.service.load_coach("Hawks")
    listener.service.undo()
    listener.service.redo()
    listener.service.delete("game", "Bears")
    listener.wait(lambda n: isinstance(n, Failed) and 'no game is named "Bears"' in n.message)
    words = [n.message for n in listener.events if isinstance(n, Failed)]
    assert words[:2] == ["Nothing to undo", "Nothing to redo"]
    listener.close()


def test_a_renamed_coach_stays_loaded(listener: Listener) -> None:
    listener.service.load_coach("Coach 1")
    listener.service.record(play("ear cap", "steal", "Coach 1"))
    listener.service.update_keypad(lambda *_: assign_keys(["ear", "cap", "wink"]))
    listener.service.rename("coach", "Coach 1", "Hawks")
    log = listener.wait(lambda n: isinstance(n, LogChanged) and n.coach == "Hawks")
    assert isinstance(log, LogChanged)
    assert [signal.name for signal in log.keypad] == ["ear", "cap", "wink"]
    assert log.plays[0].coach == "Hawks"
    listener.wait(
        lambda n: (
            isinstance(n, BeliefUpdated) and n.summary.coach == "Hawks" and n.summary.n_plays == 1
        )
    )
    listener.close()


def test_a_draft_survives_a_restart(listener: Listener, tmp_path: Path) -> None:
    listener.service.load_coach("Hawks")
    listener.service.save_draft(("ear", "cap"))
    listener.close()
    again = Listener(tmp_path / "store.db")
    again.service.load_coach("Hawks")
    log = again.wait(lambda n: isinstance(n, LogChanged))
    assert isinstance(log, LogChanged)
    assert log.draft == ("ear", "cap")
    again.close()


class Disk:
    """A disk whose stores accept no play while it is full."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.is_full = False
        add, keep_draft = Store.add, Store.save_draft

        def add_if_room(store: Store, play: Play) -> Play:
            self._check()
            return add(store, play)

        def keep_if_room(
            store: Store, coach: str, signals: Sequence[str], own: Sequence[str] | None = None
        ) -> bool:
            self._check()
            return keep_draft(store, coach, signals, own)

        monkeypatch.setattr(Store, "add", add_if_room)
        monkeypatch.setattr(Store, "save_draft", keep_if_room)

    def _check(self) -> None:
        if self.is_full:
            raise disk_full_error(self.path)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path / "store.db", monkeypatch)


def has_pending(*signals: str) -> Callable[[SessionEvent], bool]:
    """Return a condition: these plays of one signal each are pending."""
    return lambda n: isinstance(n, PendingWrites) and [p.signals[0] for p in n.plays] == [*signals]


def test_a_play_is_kept_while_the_disk_is_full_and_stored_later(
    listener: Listener, disk: Disk
) -> None:
    listener.service.load_coach("Hawks")
    disk.is_full = True
    listener.service.record(play("cap", "steal"))
    event = listener.wait(has_pending("cap"))
    assert isinstance(event, PendingWrites)
    assert event.reason == disk_full_error(disk.path).message
    assert listener.service.n_in_flight == 0  # it is in the outbox
    listener.service.record(play("ear", "none"))
    listener.wait(has_pending("cap", "ear"))
    with Store.open(disk.path) as store:
        assert store.plays() == []
    disk.is_full = False
    listener.service.retry()
    listener.wait(has_pending())
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 2)
    assert isinstance(log, LogChanged)
    assert log.plays == (play("cap", "steal"), play("ear", "none"))
    assert listener.service.unsaved_plays == ()
    listener.close()


def test_undo_drops_a_play_that_is_not_stored_yet_first(listener: Listener, disk: Disk) -> None:
    listener.service.load_coach("Hawks")
    listener.service.record(play("ear", "none"))
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)
    disk.is_full = True
    listener.service.record(play("cap", "steal"))
    listener.wait(has_pending("cap"))
    listener.service.undo()
    listener.wait(has_pending())
    said = "Dropped: cap → steal (it was not saved yet)"
    listener.wait(lambda n: isinstance(n, LogChanged) and n.message == said and len(n.plays) == 1)
    listener.close()
    assert listener.service.unsaved_plays == ()


def test_plays_never_stored_are_available_after_the_end(listener: Listener, disk: Disk) -> None:
    listener.service.load_coach("Hawks")
    disk.is_full = True
    listener.service.record(play("cap", "steal"))
    listener.close()
    assert listener.service.unsaved_plays == (play("cap", "steal"),)
    with Store.open(disk.path) as store:
        assert store.plays() == []


def test_a_play_that_no_store_accepts_does_not_block_the_others(
    listener: Listener, disk: Disk
) -> None:
    listener.service.load_coach("Hawks")
    disk.is_full = True
    listener.service.record(Play(("cap",), "steal", "Hawks", context={"weather": "wet"}))
    listener.service.record(play("ear", "none"))
    listener.wait(has_pending("cap", "ear"))
    disk.is_full = False
    listener.service.retry()
    listener.wait(lambda n: isinstance(n, Failed) and 'no context called "weather"' in n.message)
    listener.service.retry()
    listener.wait(lambda n: isinstance(n, LogChanged) and n.plays == (play("ear", "none"),))
    listener.close()


def test_a_full_disk_is_reported_once_per_sequence(listener: Listener, disk: Disk) -> None:
    listener.service.load_coach("Hawks")
    disk.is_full = True
    for given in (("cap",), ("cap", "ear"), ("cap", "ear", "belt")):
        listener.service.save_draft(given)
        listener.service.update_store(lambda _: "a turn")
    listener.close()
    why = disk_full_error(disk.path).message
    words = f"{why}. If you quit now, the sequence you are entering is lost."
    assert [n for n in listener.events if isinstance(n, Failed)] == [Failed(words)]


def test_a_store_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("a shopping list")
    service = LoggingService(lambda: Store.open(tmp_path / "store.db"), open_fake, lambda _: None)
    with pytest.raises(SigndecoderError, match="is not a signdecoder store"):
        service.run()


PLAYS = st.builds(
    play,
    st.lists(st.sampled_from(["cap", "ear", "belt"]), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["steal", "none", "bunt"]),
)


class ServiceMatchesAPlainList(RuleBasedStateMachine):
    """Any series of log, edit, delete, undo and redo matches a list of lists."""

    @initialize()
    def begin(self) -> None:
        from tempfile import TemporaryDirectory

        self._folder = TemporaryDirectory()
        self.path = Path(self._folder.name) / "store.db"
        self.logs: list[LogChanged] = []
        self.service = LoggingService(lambda: Store.open(self.path), open_fake, self._on_event)
        self.past: list[list[tuple[int, Play]]] = [[]]
        self.future: list[list[tuple[int, Play]]] = []
        self.work(lambda: None)

    def _on_event(self, event: SessionEvent) -> None:
        assert not isinstance(event, Failed), event
        if isinstance(event, LogChanged):
            self.logs.append(event)

    def work(self, ask: Callable[[], None]) -> None:
        """Make a request, and run a new service until it is done."""
        self.service.load_coach("Hawks")
        ask()
        self.service.close()
        self.service.run()

    def _next(self, plays: list[tuple[int, Play]]) -> None:
        self.past.append(plays)
        self.future.clear()

    @property
    def now(self) -> list[tuple[int, Play]]:
        return self.past[-1]

    def _shown(self, number: int) -> Play:
        return next(replace(shown, id=n) for n, shown in self.now if n == number)

    @rule(new=PLAYS)
    def log(self, new: Play) -> None:
        self.work(lambda: self.service.record(new))
        (number,) = {p.id for p in self.logs[-1].plays} - {n for n, _ in self.now}
        assert number is not None
        self._next([*self.now, (number, new)])

    @precondition(lambda self: self.now)
    @rule(new=PLAYS, data=st.data())
    def edit(self, new: Play, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([number for number, _ in self.now]))
        self.work(lambda: self.service.edit(self._shown(number), new))
        self._next([(n, new if n == number else p) for n, p in self.now])

    @precondition(lambda self: self.now)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([number for number, _ in self.now]))
        self.work(lambda: self.service.delete_play(self._shown(number)))
        self._next([(n, p) for n, p in self.now if n != number])

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo(self) -> None:
        self.work(self.service.undo)
        self.future.append(self.past.pop())

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.work(self.service.redo)
        self.past.append(self.future.pop())

    @invariant()
    def the_store_holds_the_list(self) -> None:
        if not hasattr(self, "logs"):
            return
        assert [(p.id, p) for p in self.logs[-1].plays] == self.now
        with Store.open(self.path) as store:
            assert store.plays("Hawks") == [p for _, p in self.now]

    def teardown(self) -> None:
        if hasattr(self, "_folder"):
            self._folder.cleanup()


TestServiceMatchesAPlainList = ServiceMatchesAPlainList.TestCase
TestServiceMatchesAPlainList.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
