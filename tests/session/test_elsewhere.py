"""What other processes do to a store while a screen is open: its next requests fit that."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from signdecoder.core.play import Play
from signdecoder.session.events import BeliefUpdated, Failed, LogChanged, PendingWrites
from signdecoder.session.renames import find_renames
from signdecoder.store.erasing import erase
from signdecoder.store.store import Store
from tests.session.test_service import Disk, Listener, disk, listener, play

__all__ = ["disk", "listener"]  # fixtures


def logged(listener: Listener, *plays: Play) -> LogChanged:
    """Log plays of the Hawks, and return the log as it is shown then."""
    listener.service.load_coach("Hawks")
    for new in plays:
        listener.service.record(new)
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == len(plays))
    assert isinstance(log, LogChanged)
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == len(plays))
    listener.events.clear()
    return log


def elsewhere(tmp_path: Path, do: Callable[[Store], object]) -> None:
    """Do something to the store as another process does."""
    with Store.open(tmp_path / "store.db") as store:
        do(store)


def sequences(path: Path, coach: str) -> list[str]:
    with Store.open(path / "store.db") as store:
        return [" ".join(play.signals) for play in store.plays(coach)]


def test_a_play_that_took_the_place_of_the_one_shown_is_left_alone(
    listener: Listener, tmp_path: Path
) -> None:
    log = logged(listener, play("cap", "steal"), play("ear", "none"))
    elsewhere(tmp_path, lambda store: store.undo())
    elsewhere(tmp_path, lambda store: store.add(play("nose", "bunt", "Lions")))
    listener.service.delete_play(log.plays[1])
    listener.service.edit(log.plays[1], play("belt", "none"))
    said = "ear → none was deleted or undone elsewhere since you saw it, so nothing was done"
    listener.wait(lambda n: isinstance(n, Failed) and said in n.message)
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)  # shown as it is
    listener.close()
    assert (sequences(tmp_path, "Hawks"), sequences(tmp_path, "Lions")) == (["cap"], ["nose"])


def test_a_play_that_was_edited_elsewhere_is_not_deleted(
    listener: Listener, tmp_path: Path
) -> None:
    log = logged(listener, play("cap", "steal"))
    elsewhere(tmp_path, lambda store: store.edit(1, play("cap ear", "steal")))
    listener.service.delete_play(log.plays[0])
    listener.wait(lambda n: isinstance(n, Failed) and "was changed elsewhere" in n.message)
    listener.close()
    assert sequences(tmp_path, "Hawks") == ["cap ear"]


def test_the_next_play_follows_a_coach_who_was_renamed(listener: Listener, tmp_path: Path) -> None:
    logged(listener, play("cap", "steal"))
    elsewhere(tmp_path, lambda store: store.rename("coach", "Hawks", "Falcons"))
    listener.service.record(play("ear", "none"))
    listener.service.record(play("nose", "none"))
    log = listener.wait(lambda n: isinstance(n, LogChanged) and n.coach == "Falcons")
    assert isinstance(log, LogChanged)
    assert log.message == "Renamed elsewhere: the coach is called Falcons now"
    listener.wait(
        lambda n: (
            isinstance(n, BeliefUpdated) and (n.summary.coach, n.summary.n_plays) == ("Falcons", 3)
        )
    )
    listener.close()
    assert sequences(tmp_path, "Falcons") == ["cap", "ear", "nose"]
    assert sequences(tmp_path, "Hawks") == []


def test_the_next_play_follows_a_coach_who_was_merged_while_another_takes_the_name(
    listener: Listener, tmp_path: Path
) -> None:
    elsewhere(tmp_path, lambda store: store.add(play("chin", "none", "Falcons")))
    logged(listener, play("cap", "steal"))
    elsewhere(tmp_path, lambda store: store.rename("coach", "Hawks", "Falcons"))
    elsewhere(tmp_path, lambda store: store.add(play("belt", "none", "Hawks")))
    listener.service.record(play("ear", "none"))
    listener.close()
    assert sequences(tmp_path, "Falcons") == ["chin", "cap", "ear"]
    assert sequences(tmp_path, "Hawks") == ["belt"]


def test_games_and_signals_that_were_renamed_are_followed(
    listener: Listener, tmp_path: Path
) -> None:
    logged(listener, play("cap ear", "steal"), play("ear", "none"))
    elsewhere(tmp_path, lambda store: store.rename("game", "Lions", "Opener"))
    elsewhere(tmp_path, lambda store: store.rename("signal", "ear", "lobe", "Hawks"))
    listener.service.record(play("ear cap", "bunt"))
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 3)
    assert isinstance(log, LogChanged)
    assert log.message == (
        "Renamed elsewhere: the game is called Opener now, the signal is called lobe now"
    )
    assert log.renames.games == {"lions": "Opener"}
    listener.service.record(play("ear", "bunt"))  # entered before the screen showed that
    listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 4)
    listener.close()
    with Store.open(tmp_path / "store.db") as store:
        assert {made.game for made in store.plays()} == {"Opener"}
    assert sequences(tmp_path, "Hawks") == ["cap lobe", "lobe", "lobe cap", "lobe"]


def test_a_signal_that_was_only_corrected_keeps_its_name(
    listener: Listener, tmp_path: Path
) -> None:
    logged(listener, play("cap ear", "steal"))
    elsewhere(tmp_path, lambda store: store.edit(1, play("cap nose", "steal")))
    listener.service.record(play("ear", "none"))
    listener.close()
    assert sequences(tmp_path, "Hawks") == ["cap nose", "ear"]


def test_a_rename_that_is_undone_is_followed_back(listener: Listener, tmp_path: Path) -> None:
    logged(listener, play("cap", "steal"))
    listener.service.rename("coach", "Hawks", "Falcons")
    listener.service.undo()
    listener.wait(lambda n: isinstance(n, LogChanged) and n.message.startswith("Undid"))
    listener.service.record(play("ear", "none", "Falcons"))
    listener.service.mark_change()
    listener.close()
    assert sequences(tmp_path, "Hawks") == ["cap", "ear"]
    assert sequences(tmp_path, "Falcons") == []


def test_a_play_that_waits_for_the_disk_follows_its_coach(listener: Listener, disk: Disk) -> None:
    logged(listener, play("cap", "steal"))
    disk.is_full = True
    listener.service.record(play("ear", "none"))
    listener.wait(lambda n: isinstance(n, PendingWrites) and len(n.plays) == 1)
    disk.is_full = False
    elsewhere(disk.path.parent, lambda store: store.rename("coach", "Hawks", "Falcons"))
    listener.service.retry()
    listener.close()
    assert sequences(disk.path.parent, "Falcons") == ["cap", "ear"]


def test_renames_are_found_by_the_numbers_of_plays() -> None:
    shown = [replace(play("cap ? ear", "steal"), id=n) for n in (1, 2, 3)]
    now = [replace(old, signals=("hat", "?", "ear"), id=old.id) for old in shown[:2]]
    assert find_renames(shown, now).signals == {"cap": "hat"}
    assert find_renames(shown, [now[0], shown[1]]).signals == {}  # one play keeps it
    missed = [replace(old, signals=("cap", "nose", "ear"), id=old.id) for old in shown]
    assert find_renames(shown, missed).signals == {}  # what was missed has no name
    there = find_renames(shown, [replace(p, coach="Falcons", id=p.id) for p in shown])
    back = find_renames(
        [replace(p, coach="Falcons", id=p.id) for p in shown],
        [replace(p, coach="Hawks", id=p.id) for p in shown],
    )
    assert there.then(back).coaches == {"falcons": "Hawks"}


def test_two_screens_on_one_coach_leave_each_other_the_draft(
    listener: Listener, tmp_path: Path
) -> None:
    listener.service.load_coach("Hawks")
    other = Listener(tmp_path / "store.db")
    other.service.load_coach("Hawks")
    other.wait(lambda n: isinstance(n, LogChanged))
    listener.service.save_draft(("cap", "ear"))
    listener.service.update_store(lambda _: "saved")
    listener.wait(lambda n: isinstance(n, LogChanged) and n.message == "saved")
    listener.close()
    for signals in (("nose",), ("nose", "cap"), ()):  # a whole play of the other screen
        other.service.save_draft(signals)
    other.close()
    again = Listener(tmp_path / "store.db")
    again.service.load_coach("Hawks")
    log = again.wait(lambda n: isinstance(n, LogChanged))
    assert isinstance(log, LogChanged)
    assert log.draft == ("cap", "ear")
    again.service.save_draft(())  # it is the screen's own now
    again.close()
    with Store.open(tmp_path / "store.db") as store:
        assert store.draft("Hawks") == ()


def test_a_screen_survives_that_its_coach_is_deleted_for_good(
    listener: Listener, tmp_path: Path
) -> None:
    listener.service.load_coach("Hawks", ("zigzag", "cap"))
    listener.service.record(play("zigzag cap", "steal"))
    listener.service.record(play("cap", "none"))
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 2)
    listener.events.clear()
    elsewhere(tmp_path, lambda store: erase(store, "coach", "Hawks"))
    listener.service.record(play("cap", "bunt"))
    log = listener.wait(lambda n: isinstance(n, LogChanged) and len(n.plays) == 1)
    assert isinstance(log, LogChanged)
    assert "zigzag" not in [signal.name for signal in log.keypad]
    listener.wait(lambda n: isinstance(n, BeliefUpdated) and n.summary.n_plays == 1)
    listener.service.undo()
    listener.wait(lambda n: isinstance(n, LogChanged) and not n.plays)
    listener.close()
    assert not [n for n in listener.events if isinstance(n, Failed)]
    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert not [file.name for file in files if b"zigzag" in file.read_bytes()]
