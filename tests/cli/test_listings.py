"""`signdecoder plays` and `coaches`: exact tables and JSON."""

from tests.cli.logs import import_log
from tests.support.shell import Shell


def test_lists_of_an_empty_store_are_empty(shell: Shell) -> None:
    for command in ("plays", "coaches"):
        assert shell.run(command, "--json").out == f'{{"version": 1, "{command}": []}}\n'
        ran = shell.run(command)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.startswith("No plays logged yet. Import a log with")


def test_plays_are_listed_oldest_first(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("plays").out == (
        "id  game   date        outcome  signs\n"
        " 1  Lions  2026-05-01  steal    ear cap belt\n"
        " 2  Lions  2026-05-01  none     nose ear\n"
    )  # fmt: skip
    last = shell.run("plays", "--last", "1", "--json").document
    assert [play["id"] for play in last["plays"]] == [2]
    assert shell.run("plays", "--last", "0").status == 2


def test_unknown_columns_are_kept_as_extra(shell: Shell) -> None:
    shell.run("import", shell.write("a.csv", "signs,outcome,inning,wind\ncap,none,3,calm\n"))
    play = shell.run("plays", "--json").document["plays"][0]
    assert (play["inning"], play["extra"]) == ("3", {"wind": "calm"})


def test_coaches_are_counted(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    shell.run("log", "cap", "--outcome", "steal", "--coach", "hawks")
    assert shell.run("coaches").out == (
        "coach  plays  steal\n"
        "Hawks      3      2\n"
        "Lions      2      1\n"
    )  # fmt: skip
    assert shell.run("coaches", "--json").document == {
        "coaches": [
            {"coach": "Hawks", "plays": 3, "called": 2},
            {"coach": "Lions", "plays": 2, "called": 1},
        ]
    }


def test_an_unknown_coach_lists_the_closest_names_first(shell: Shell) -> None:
    for name in ["Hawks", *(f"Team {n}" for n in range(11))]:
        shell.run("log", "cap", "--outcome", "none", "--coach", name)
    ran = shell.run("plays", "--coach", "team 7a")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith('Error: no coach is named "team 7a" (coaches: Team 7, Team ')
    assert "and 2 more). Use one of these names.\n" in ran.err


def test_plays_are_filtered_by_game_outcome_and_text(shell: Shell) -> None:
    import_log(shell)
    shell.run("log", "wrist", "cap", "--outcome", "bunt", "--game", "Bears", "--inning", "3")

    def ids(*options: str) -> list[int]:
        return [play["id"] for play in shell.run("plays", *options, "--json").document["plays"]]

    assert ids("--game", "lions") == [1, 2]
    assert ids("--outcome", "Steal") == [1]
    assert ids("--search", "WRIST") == [3]
    assert ids("--search", "ear", "--outcome", "none") == [2]
    ran = shell.run("plays", "--search", "nothing of the kind")
    assert (ran.status, ran.out, ran.err) == (0, "", "No play is like that.\n")
