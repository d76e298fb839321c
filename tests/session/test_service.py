"""The desk: every act is recorded in order, and the store is what a plain list would be."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.session.events import (
    BeliefUpdated,
    CatchingUp,
    Failed,
    LogChanged,
    Notice,
    PendingWrites,
    Predicted,
    Weighed,
)
from signdecoder.session.service import LoggingService
from signdecoder.store.errors import full
from signdecoder.store.keypads import lay_out
from signdecoder.store.store import Store
from tests.support.fakes import FakeDecoder


def recall_fake(store: Store, coach: str) -> Decoder:
    return cast(Decoder, FakeDecoder.recall(store, coach))


def counts(notice: object) -> tuple[int, int] | None:
    """The plays and the called plays that a belief is based on."""
    if not isinstance(notice, BeliefUpdated):
        return None
    return notice.summary.n_plays, notice.summary.n_called


class Listener:
    """A desk at work in a thread, and all that it told."""

    def __init__(self, path: Path) -> None:
        self.told: list[Notice] = []
        self._news = Event()
        self.desk = LoggingService(lambda: Store.open(path), recall_fake, self._hear)
        self._thread = Thread(target=self.desk.run)
        self._thread.start()

    def _hear(self, notice: Notice) -> None:
        self.told.append(notice)
        self._news.set()

    def wait(self, seen: Callable[[Notice], bool]) -> Notice:
        """The first notice that is so, waited for."""
        for _ in range(400):
            found = next((notice for notice in self.told if seen(notice)), None)
            if found is not None:
                return found
            self._news.wait(0.05)
            self._news.clear()
        raise AssertionError(f"not told: {self.told}")

    def close(self) -> None:
        self.desk.close()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def listener(tmp_path: Path) -> "Listener":
    return Listener(tmp_path / "store.db")


def play(signals: str, outcome: str, coach: str = "Hawks") -> Play:
    return Play(tuple(signals.split()), outcome, coach, "Lions", "2026-05-01")


def test_a_play_is_on_disk_when_the_book_tells_of_it(listener: Listener, tmp_path: Path) -> None:
    listener.desk.open("Hawks")
    listener.desk.record(play("ear cap belt", "steal"))
    book = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)
    with Store.open(tmp_path / "store.db") as store:
        assert store.plays() == [play("ear cap belt", "steal")]
    assert isinstance(book, LogChanged)
    assert book.coaches == (("Hawks", 1),)
    # It was read before the decoder came, so what was said of it is found by looking back.
    standing = listener.wait(lambda n: isinstance(n, BeliefUpdated) and None not in n.points)
    assert isinstance(standing, BeliefUpdated)
    assert (standing.summary.n_plays, standing.summary.key_signs[0].sign) == (1, "cap")
    listener.close()


def test_a_draft_is_kept_for_the_coach_who_gave_it(listener: Listener, tmp_path: Path) -> None:
    listener.desk.open("Hawks")
    listener.desk.keep_draft(("cap",))
    listener.desk.open("Owls")
    listener.close()
    with Store.open(tmp_path / "store.db") as store:
        assert (store.draft("Hawks"), store.draft("Owls")) == (("cap",), ())


def test_trouble_says_what_it_is_of(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "store.db")
    listener.desk.redo()
    listener.wait(lambda n: isinstance(n, Failed))
    with Store.open(tmp_path / "store.db") as store, store.writing() as db:
        db.execute("DROP TABLE drafts")
    listener.desk.explain(("cap",))
    listener.desk.open("Hawks")
    listener.close()
    troubles = [notice.of for notice in listener.told if isinstance(notice, Failed)]
    assert troubles[:3] == ["", "explaining", "opening"]


def test_an_answer_comes_with_the_weight_of_each_signal(listener: Listener) -> None:
    listener.desk.open("Hawks")
    listener.desk.record(play("ear cap belt", "steal"))
    listener.desk.ask(("ear", "cap"), complete=False)
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    listener.desk.ask(("ear", "cap"), complete=False)
    advice = listener.wait(lambda n: isinstance(n, Predicted))
    weighed = listener.wait(lambda n: isinstance(n, Weighed))
    assert isinstance(advice, Predicted)
    assert isinstance(weighed, Weighed)
    assert advice.prediction.probability == 0.93
    assert weighed.weights[0] == pytest.approx(0)  # any other signal there: the same
    assert weighed.weights[1] > 4  # log-odds of 0.93 beside those of 0.12
    listener.close()


def test_a_decoder_that_fails_does_not_end_the_game(listener: Listener) -> None:
    fault = FakeDecoder().fault
    listener.desk.open("Hawks")
    listener.desk.record(play("ear cap", "steal"))
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    listener.desk.ask((fault,), complete=True)
    trouble = listener.wait(lambda n: isinstance(n, Failed))
    assert trouble == Failed(
        "the decoder met a fault of its own (ZeroDivisionError: the fake was asked to fail)"
    )
    listener.desk.record(play("nose", "none"))
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 2)
    listener.close()


def test_the_learning_follows_what_is_undone_and_edited(listener: Listener) -> None:
    listener.desk.open("Hawks")
    for signals, outcome in (("ear cap", "steal"), ("nose", "none"), ("cap belt", "steal")):
        listener.desk.record(play(signals, outcome))
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 2)
    )
    listener.desk.edit(1, play("ear cap", "none"))
    listener.wait(lambda n: isinstance(n, CatchingUp))
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 1)
    )
    listener.desk.delete("play", 3)
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (2, 0)
    )
    listener.told.clear()
    listener.desk.undo()
    listener.desk.undo()
    listener.wait(
        lambda n: isinstance(n, BeliefUpdated) and (n.summary.n_plays, n.summary.n_called) == (3, 2)
    )
    listener.close()


def test_what_cannot_be_done_is_told_and_changes_nothing(listener: Listener) -> None:
    listener.desk.open("Hawks")
    listener.desk.undo()
    listener.desk.redo()
    listener.desk.delete("play", 9)
    listener.wait(lambda n: isinstance(n, Failed) and "no play 9" in n.words)
    words = [n.words for n in listener.told if isinstance(n, Failed)]
    assert words[:2] == ["there is nothing to undo", "there is nothing to redo"]
    listener.close()


def test_a_coach_who_is_renamed_is_followed(listener: Listener) -> None:
    listener.desk.open("Coach 1")
    listener.desk.record(play("ear cap", "steal", "Coach 1"))
    listener.desk.put_pad(lambda _: lay_out(["ear", "cap", "wink"]), "the new signal wink")
    listener.desk.rename("coach", "Coach 1", "Hawks")
    book = listener.wait(lambda n: isinstance(n, LogChanged) and n.coach == "Hawks")
    assert isinstance(book, LogChanged)
    assert [signal.name for signal in book.pad] == ["ear", "cap", "wink"]
    assert book.plays[0].coach == "Hawks"
    listener.wait(
        lambda n: (
            isinstance(n, BeliefUpdated) and n.summary.coach == "Hawks" and n.summary.n_plays == 1
        )
    )
    listener.close()


def test_what_was_being_given_is_there_when_one_comes_back(
    listener: Listener, tmp_path: Path
) -> None:
    listener.desk.open("Hawks")
    listener.desk.keep_draft(("ear", "cap"))
    listener.close()
    again = Listener(tmp_path / "store.db")
    again.desk.open("Hawks")
    book = again.wait(lambda n: isinstance(n, LogChanged))
    assert isinstance(book, LogChanged)
    assert book.draft == ("ear", "cap")
    again.close()


class Disk:
    """Opens stores that take no play while it is full."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.is_full = False
        add, keep_draft = Store.add, Store.keep_draft

        def add_if_room(store: Store, play: Play) -> Play:
            self._check()
            return add(store, play)

        def keep_if_room(store: Store, coach: str, signals: Sequence[str]) -> None:
            self._check()
            keep_draft(store, coach, signals)

        monkeypatch.setattr(Store, "add", add_if_room)
        monkeypatch.setattr(Store, "keep_draft", keep_if_room)

    def _check(self) -> None:
        if self.is_full:
            raise full(self.path)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path / "store.db", monkeypatch)


def waits_for(*signals: str) -> Callable[[Notice], bool]:
    """Is it told that these plays wait, one signal each?"""
    return lambda n: isinstance(n, PendingWrites) and [p.signals[0] for p in n.plays] == [*signals]


def test_a_play_that_finds_the_disk_full_is_held_and_recorded_later(
    listener: Listener, disk: Disk
) -> None:
    listener.desk.open("Hawks")
    disk.is_full = True
    listener.desk.record(play("cap", "steal"))
    told = listener.wait(waits_for("cap"))
    assert isinstance(told, PendingWrites)
    assert told.why == full(disk.path).message
    assert listener.desk.on_their_way == 0  # it is held
    listener.desk.record(play("ear", "none"))
    listener.wait(waits_for("cap", "ear"))
    with Store.open(disk.path) as store:
        assert store.plays() == []
    disk.is_full = False
    listener.desk.try_again()
    listener.wait(waits_for())
    book = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 2)
    assert isinstance(book, LogChanged)
    assert book.plays == (play("cap", "steal"), play("ear", "none"))
    assert listener.desk.unrecorded == ()
    listener.close()


def test_a_play_that_waits_is_the_first_to_be_undone(listener: Listener, disk: Disk) -> None:
    listener.desk.open("Hawks")
    listener.desk.record(play("ear", "none"))
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)
    disk.is_full = True
    listener.desk.record(play("cap", "steal"))
    listener.wait(waits_for("cap"))
    listener.desk.undo()
    listener.wait(waits_for())
    said = "let go the play cap, steal, which was not recorded yet"
    listener.wait(lambda n: isinstance(n, LogChanged) and n.done == said and len(n.plays) == 1)
    listener.close()
    assert listener.desk.unrecorded == ()


def test_what_waits_to_the_end_is_tried_once_more_and_then_handed_over(
    listener: Listener, disk: Disk
) -> None:
    listener.desk.open("Hawks")
    disk.is_full = True
    listener.desk.record(play("cap", "steal"))
    listener.close()
    assert listener.desk.unrecorded == (play("cap", "steal"),)
    with Store.open(disk.path) as store:
        assert store.plays() == []


def test_a_play_that_no_store_takes_does_not_hold_up_the_others(
    listener: Listener, disk: Disk
) -> None:
    listener.desk.open("Hawks")
    disk.is_full = True
    listener.desk.record(Play(("cap",), "steal", "Hawks", context={"weather": "wet"}))
    listener.desk.record(play("ear", "none"))
    listener.wait(waits_for("cap", "ear"))
    disk.is_full = False
    listener.desk.try_again()
    listener.wait(lambda n: isinstance(n, Failed) and 'no context called "weather"' in n.words)
    listener.desk.try_again()
    listener.wait(lambda n: isinstance(n, LogChanged) and n.plays == (play("ear", "none"),))
    listener.close()


def test_a_full_disk_is_told_once_while_a_sequence_is_given(listener: Listener, disk: Disk) -> None:
    listener.desk.open("Hawks")
    disk.is_full = True
    for given in (("cap",), ("cap", "ear"), ("cap", "ear", "belt")):
        listener.desk.keep_draft(given)
        listener.desk.do(lambda _: "a turn")
    listener.close()
    words = f"{full(disk.path).message}: a sequence would be lost if you quit now"
    assert [n for n in listener.told if isinstance(n, Failed)] == [Failed(words)]


def test_a_store_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("a shopping list")
    desk = LoggingService(lambda: Store.open(tmp_path / "store.db"), recall_fake, lambda _: None)
    with pytest.raises(SigndecoderError, match="is not a signdecoder store"):
        desk.run()


PLAYS = st.builds(
    play,
    st.lists(st.sampled_from(["cap", "ear", "belt"]), min_size=1, max_size=3).map(" ".join),
    st.sampled_from(["steal", "none", "bunt"]),
)


class ActsEqualAPlainList(RuleBasedStateMachine):
    """Any series of log, edit, delete, undo and redo leaves what a list of lists would hold."""

    @initialize()
    def begin(self) -> None:
        from tempfile import TemporaryDirectory

        self._folder = TemporaryDirectory()
        self.path = Path(self._folder.name) / "store.db"
        self.books: list[LogChanged] = []
        self.desk = LoggingService(lambda: Store.open(self.path), recall_fake, self._hear)
        self.past: list[list[tuple[int, Play]]] = [[]]
        self.future: list[list[tuple[int, Play]]] = []
        self.work(lambda: None)

    def _hear(self, notice: Notice) -> None:
        assert not isinstance(notice, Failed), notice
        if isinstance(notice, LogChanged):
            self.books.append(notice)

    def work(self, ask: Callable[[], None]) -> None:
        """Ask, and run the desk until that is done: each time as a process that has come anew."""
        self.desk.open("Hawks")
        ask()
        self.desk.close()
        self.desk.run()

    def _next(self, plays: list[tuple[int, Play]]) -> None:
        self.past.append(plays)
        self.future.clear()

    @property
    def now(self) -> list[tuple[int, Play]]:
        return self.past[-1]

    @rule(new=PLAYS)
    def log(self, new: Play) -> None:
        self.work(lambda: self.desk.record(new))
        (number,) = {p.id for p in self.books[-1].plays} - {n for n, _ in self.now}
        assert number is not None
        self._next([*self.now, (number, new)])

    @precondition(lambda self: self.now)
    @rule(new=PLAYS, data=st.data())
    def edit(self, new: Play, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([number for number, _ in self.now]))
        self.work(lambda: self.desk.edit(number, new))
        self._next([(n, new if n == number else p) for n, p in self.now])

    @precondition(lambda self: self.now)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([number for number, _ in self.now]))
        self.work(lambda: self.desk.delete("play", number))
        self._next([(n, p) for n, p in self.now if n != number])

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo(self) -> None:
        self.work(self.desk.undo)
        self.future.append(self.past.pop())

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.work(self.desk.redo)
        self.past.append(self.future.pop())

    @invariant()
    def the_store_holds_the_list(self) -> None:
        if not hasattr(self, "books"):
            return
        assert [(p.id, p) for p in self.books[-1].plays] == self.now
        with Store.open(self.path) as store:
            assert store.plays("Hawks") == [p for _, p in self.now]

    def teardown(self) -> None:
        if hasattr(self, "_folder"):
            self._folder.cleanup()


TestActsEqualAPlainList = ActsEqualAPlainList.TestCase
TestActsEqualAPlainList.settings = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
