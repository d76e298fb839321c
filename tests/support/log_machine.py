"""A Hypothesis state machine: random operations on a store, checked against a plain list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.erasing import erase
from signdecoder.store.store import Store
from tests.support.log_model import Counts, LogModel, rename_signal

# Few names, so that rows look alike, games share names, and names are used again.
COACHES, GAMES, SIGNALS = ("Hawks", "Lions", "Owls"), ("g1", "g2", "g3"), ("a", "b", "c")
PLAYS = st.builds(
    Play,
    st.sampled_from([("a",), ("b",), ("a", "b")]),
    st.sampled_from(("steal", "none")),
    st.sampled_from(COACHES[:2]),
    st.sampled_from(("", *GAMES)),
    st.sampled_from(("", "2026-05-01", "2026/5/1", "2026-05-02")),
    st.sampled_from(({}, {}, {"outs": "1"})),
)
FILES = st.lists(PLAYS, min_size=1, max_size=6)


class LogMachine(RuleBasedStateMachine):
    """Do the same to a store and to a list, and compare what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "plays.db")
        self.model = LogModel()
        self.files: list[list[Play]] = []
        self.numbers: dict[int, int] = {}  # of all plays that were ever shown, by their id

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(play=PLAYS)
    def log(self, play: Play) -> None:
        self.store.add(play)
        self.model.log(play)

    @rule(rows=FILES, again=st.booleans())
    def import_file(self, rows: list[Play], again: bool) -> None:
        self.files.append(rows)
        self._import(rows, again)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), again=st.booleans(), new=st.lists(PLAYS, max_size=3))
    def import_a_file_that_grew(self, data: st.DataObject, again: bool, new: list[Play]) -> None:
        rows = self.files[data.draw(st.integers(0, len(self.files) - 1))]
        at = data.draw(st.integers(0, len(rows)))
        rows[at:at] = new
        self._import(rows, again)

    @rule()
    def import_an_export(self) -> None:
        assert self._import(self.store.plays(), again=False).added == 0

    def _import(self, rows: list[Play], again: bool) -> Counts:
        log = PlayLog("game.csv", tuple(rows), tuple(range(2, len(rows) + 2)))
        (result,) = self.store.add_logs([log], again=again)
        counts = Counts(result.added, result.known, result.deleted)
        assert counts == self.model.import_rows(rows, again=again)
        return counts

    @precondition(lambda self: self.model.shown())
    @rule(data=st.data(), play=PLAYS)
    def edit(self, data: st.DataObject, play: Play) -> None:
        shown = self.store.plays()
        at = data.draw(st.integers(0, len(shown) - 1))
        changed = data.draw(
            st.sampled_from([
                play,
                replace(shown[at], outcome=play.outcome, signals=play.signals),
                replace(shown[at], game=play.game),
                replace(shown[at], date=play.date),
            ])
        )  # fmt: skip
        self.store.edit(shown[at].id or 0, changed)
        self.model.edit(at, changed)

    @precondition(lambda self: self.model.shown())
    @rule(data=st.data(), kind=st.sampled_from(("play", "play", "game", "coach")))
    def delete(self, data: st.DataObject, kind: str) -> None:
        shown = self.store.plays()
        at = data.draw(st.integers(0, len(shown) - 1))
        play = shown[at]
        if kind == "play":
            self.store.delete("play", play.id or 0)
            self.model.delete([at])
        elif kind == "coach":
            self.store.delete("coach", play.coach)
            self.model.delete(n for n, other in enumerate(shown) if other.coach == play.coach)
        elif play.game:
            coach = data.draw(st.sampled_from((None, play.coach)))
            self.store.delete("game", play.game, coach)
            self.model.delete(
                n
                for n, other in enumerate(shown)
                if other.game == play.game and coach in (None, other.coach)
            )

    @precondition(lambda self: self.model.shown())
    @rule(data=st.data(), kind=st.sampled_from(("game", "game", "coach", "signal")))
    def rename_or_merge(self, data: st.DataObject, kind: str) -> None:
        play = data.draw(st.sampled_from(self.store.plays()))
        coach = data.draw(st.sampled_from((None, play.coach)))
        if kind == "game" and play.game:
            new = data.draw(st.sampled_from([name for name in GAMES if name != play.game]))
            self.store.rename("game", play.game, new, coach)
            self.model.rename(
                lambda other: other.game == play.game and coach in (None, other.coach),
                lambda other: replace(other, game=new),
            )
        elif kind == "coach":
            new = data.draw(st.sampled_from([name for name in COACHES if name != play.coach]))
            self.store.rename("coach", play.coach, new)
            self.model.rename(
                lambda other: other.coach == play.coach, lambda other: replace(other, coach=new)
            )
        elif kind == "signal":
            old = play.signals[0]
            new = data.draw(st.sampled_from([name for name in SIGNALS if name != old]))
            self.store.rename("signal", old, new, coach)
            self.model.rename(
                lambda other: old in other.signals and coach in (None, other.coach),
                rename_signal(old, new),
            )

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data())
    def delete_for_good(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.model.entries))
        erase(self.store, "play", str(self.numbers[entry.id]))
        self.model.erase(entry.id)

    @rule(times=st.integers(1, 3))
    def undo(self, times: int) -> None:
        for _ in range(times):
            assert (self.store.undo() is not None) == self.model.undo()

    @rule(times=st.integers(1, 3))
    def redo(self, times: int) -> None:
        for _ in range(times):
            assert (self.store.redo() is not None) == self.model.redo()

    @invariant()
    def the_store_holds_what_the_list_holds_in_the_same_order(self) -> None:
        entries = self.model.shown()
        shown, stored = [entry.now for entry in entries], self.store.plays()
        assert stored == shown
        for entry, play in zip(entries, stored, strict=True):
            number = self.numbers.setdefault(entry.id, play.id or 0)
            assert play.id == number
        for coach in COACHES:
            assert self.store.plays(coach) == [play for play in shown if play.coach == coach]
