"""``--separate`` and ``--same``: which plays are the same sign, kept with each coach."""

import pytest

from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.store.store import Store
from tests.support.shell import Shell

LOG = (
    "coach,game,signs,outcome\n"
    "Hawks,1,ear cap belt,steal\nHawks,1,cap nose,double_steal\nHawks,1,cap ear,delayed_steal\n"
    "Hawks,1,nose ear,slap\nHawks,1,ear,none\n"
    "Owls,1,ear,caught stealing\nOwls,1,cap,none\n"
)
SEPARATE = ("--separate", "delayed-steal")
SAME = ("--same", "steal,slap")
OWN = SamePlays(("delayed_steal",), (("steal", "slap"),))


@pytest.fixture
def coaches(shell: Shell) -> Shell:
    """A store with plays of the Hawks and the Owls."""
    shell.run("import", shell.write("log.csv", LOG))
    return shell


def saved(shell: Shell, coach: str = "Hawks") -> SamePlays:
    with Store.open(shell.folder / "store.db") as store:
        return store.same_plays(coach)


def count_steals(shell: Shell) -> dict[str, int]:
    document = shell.run("coaches", "--json").document
    return {one["coach"]: one["called"] for one in document["coaches"]}


def test_every_kind_of_steal_is_counted_and_shown_as_it_was_logged(coaches: Shell) -> None:
    assert count_steals(coaches) == {"Hawks": 3, "Owls": 1}
    (report,) = coaches.run("report", "--coach", "Hawks", "--json").document["coaches"]
    assert report["called_as"] == {"steal": 1, "double_steal": 1, "delayed_steal": 1}
    listed = coaches.run("plays", "--coach", "Hawks").out
    assert "double steal" in listed
    assert "caught_stealing" in coaches.run("export", "-").out


@pytest.mark.parametrize(
    "command",
    [
        ("query", "ear"), ("explain", "ear cap"), ("report",), ("predict", "next.csv"),
        ("train", "--epochs", "0"), ("log", "ear", "--outcome", "none"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_they_are_saved_for_the_coach(coaches: Shell, command: tuple[str, ...]) -> None:
    coaches.write("next.csv", "signs\near\n")
    command = (*command, "--coach", "Hawks")
    ran = coaches.run(*command, *SEPARATE, *SAME)
    assert "Saved same plays of Hawks (separate: delayed_steal; same: steal, slap).\n" in ran.err
    assert (saved(coaches), saved(coaches, "Owls")) == (OWN, SAME_PLAYS)
    assert "Saved same plays" not in coaches.run(*command, *SEPARATE, *SAME).err
    assert count_steals(coaches) == {"Hawks": 3, "Owls": 1}  # the slap instead of the delayed one


def test_each_option_replaces_its_own_part_and_none_clears_it(coaches: Shell) -> None:
    query = ("query", "ear", "--coach", "Hawks")
    coaches.run(*query, *SEPARATE)
    coaches.run(*query, *SAME)
    assert saved(coaches) == OWN
    coaches.run(*query, "--separate", "double_steal")
    assert saved(coaches) == SamePlays(("double_steal",), OWN.same)
    coaches.run(*query, *SEPARATE)
    coaches.run(*query, "--same", "bunt,squeeze", "--same", "steal,take")
    assert saved(coaches).same == (("bunt", "squeeze"), ("steal", "take"))
    coaches.run(*query, "--same", "none")
    assert saved(coaches) == SamePlays(("delayed_steal",))
    coaches.run(*query, "--separate", "None")
    assert saved(coaches) == SAME_PLAYS
    undone = coaches.run("undo").out
    assert "Saved same plays of Hawks (all kinds of steals are the same)" in undone
    assert saved(coaches) == SamePlays(("delayed_steal",))


def test_import_saves_them_for_the_coaches_of_its_files(coaches: Shell) -> None:
    file = coaches.write("more.csv", "coach,signs,outcome\nOwls,ear,pitch out\nJays,cap,none\n")
    ran = coaches.run("import", file, "--same", "steal,pitch-out", "--outcomes", "pitch out")
    assert ran.status == 0
    own = SamePlays(same=(("steal", "pitch_out"),))
    assert [saved(coaches, coach) for coach in ("Hawks", "Owls", "Jays")] == [SAME_PLAYS, own, own]
    assert count_steals(coaches) == {"Hawks": 3, "Owls": 2, "Jays": 0}


@pytest.mark.parametrize(
    "command", [("import", "more.csv"), ("train", "more.csv"), ("log", "ear", "--outcome", "none")]
)
def test_options_that_are_wrong_save_nothing(coaches: Shell, command: tuple[str, ...]) -> None:
    coaches.write("more.csv", "coach,signs,outcome\nHawks,ear ear,none\n")
    before = coaches.run("plays", "--coach", "Hawks").out
    if command[0] == "log":
        command = (*command, "--coach", "Hawks")
    ran = coaches.run(*command, "--same", "steal,slpa")
    assert (ran.status, ran.out) == (1, "")
    assert 'Error: the outcome "slpa" is not known.' in ran.err
    assert coaches.run("plays", "--coach", "Hawks").out == before


def test_options_that_contradict_what_is_saved_are_refused(coaches: Shell) -> None:
    query = ("query", "ear", "--coach", "Hawks")
    coaches.run(*query, *SEPARATE)
    ran = coaches.run(*query, "--same", "steal,delayed_steal")
    assert ran.status == 1
    assert '"delayed_steal" is to be separate and the same as steal' in ran.err
    assert coaches.run(*query, "--same", "steal,delayed_steal", "--separate", "none").status == 0
