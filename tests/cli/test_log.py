"""`signdecoder log`: what it saves and prints."""

import sqlite3
from datetime import date

from tests.cli.logs import import_log
from tests.support.shell import Shell

TODAY = date.today().isoformat()


def test_the_first_play_is_logged_for_coach_1_in_todays_game(shell: Shell) -> None:
    ran = shell.run("log", "ear", "cap", "belt", "--outcome", "Steal")
    message = f"Saved play 1: ear cap belt → steal   Coach 1 · game {TODAY}\n"
    assert (ran.status, ran.out, ran.err) == (0, message, "")


def test_one_argument_is_a_sequence_and_several_are_signals(shell: Shell) -> None:
    assert "left ear>cap → none" in shell.run("log", "left ear, cap", "--outcome", "none").out
    assert "left ear>cap → none" in shell.run("log", "left ear", "cap", "--outcome", "none").out
    assert "e c b → none" in shell.run("log", "ecb", "--compact", "--outcome", "none").out


def test_a_play_is_saved_before_it_is_confirmed(shell: Shell) -> None:
    ran = shell.run("log", "cap", "--outcome", "bunt", "--coach", "Hawks", "--game", "G", "--json")
    play = ran.document
    assert play == {
        "id": 1, "coach": "Hawks", "game": "G", "date": TODAY, "signs": ["cap"],
        "outcome": "bunt", "inning": None, "half": None, "outs": None, "balls": None,
        "strikes": None, "runners": None, "note": None, "extra": {},
    }  # fmt: skip
    with sqlite3.connect(shell.folder / "store.db") as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (1,)


def test_a_play_of_a_known_game_takes_its_date(shell: Shell) -> None:
    import_log(shell)
    ran = shell.run("log", "cap", "--outcome", "none", "--game", "lions", "--json")
    assert ran.document["date"] == "2026-05-01"
    shell.run("import", shell.write("Owls.csv", "signs,outcome\ncap,none\n"), "--coach", "Hawks")
    ran = shell.run("log", "cap", "--outcome", "none", "--game", "owls", "--json")
    assert ran.document["date"] is None


def test_a_play_is_logged_with_its_moment(shell: Shell) -> None:
    moment = ("--inning", "Top 3", "--outs", "one", "--balls", "3-1", "--runners", "1 and 3")
    ran = shell.run("log", "cap", "--outcome", "none", *moment, "--json")
    saved = ran.document
    columns = ("inning", "half", "outs", "balls", "strikes", "runners")
    assert [saved[name] for name in columns] == ["3", "top", "1", "3", "1", "1 and 3"]


def test_an_unknown_outcome_must_be_declared_once(shell: Shell) -> None:
    unknown = shell.run("log", "cap", "--outcome", "offspeed")
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.err.startswith('Error: the outcome "offspeed" is not known. Use steal, none')
    assert shell.run("log", "cap", "--outcome", "offspeed", "--outcomes", "offspeed").status == 0
    assert shell.run("log", "cap", "--outcome", "offspeed").status == 0
    assert shell.run("coaches", "--play", "off-speed", "--json").document == {
        "coaches": [{"coach": "Coach 1", "plays": 2, "called": 2}]
    }
    for declared in (("--outcomes", "off_speed"), ("--play", "Off speed")):
        ran = shell.run("log", "cap", "--outcome", "off speed", *declared, "--json")
        assert ran.document["outcome"] == "offspeed"


def test_log_with_several_coaches_needs_a_coach(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    ran = shell.run("log", "cap", "--outcome", "none")
    assert (ran.status, ran.out) == (2, "")
    message = "Error: the database has several coaches (Hawks, Lions). Choose one with --coach.\n"
    assert ran.err == message
