"""`signdecoder delete --for-good`: its question, what it says, and what it leaves."""

import io
import json
from pathlib import Path

import pytest

from signdecoder.store.store import Store
from signdecoder.workspace.tuned_weights import find_weights, save_weights
from tests.cli.logs import import_log
from tests.support.networks import random_weights
from tests.support.shell import Shell


class Terminal(io.StringIO):
    """Standard input at a terminal."""

    def isatty(self) -> bool:
        return True


def names(shell: Shell) -> list[str]:
    coaches = json.loads(shell.run("coaches", "--json").out)["coaches"]
    return [coach["coach"] for coach in coaches]


def test_without_a_terminal_the_question_needs_yes(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_log(shell)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ran = shell.run("delete", "coach", "Hawks", "--for-good")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "Error: --for-good asks a question, and there is no terminal, so nothing was deleted."
        " Add --yes to answer it.\n"
    )
    assert names(shell) == ["Hawks"]
    assert shell.run("delete", "coach", "Hawks", "--yes").status == 2
    assert names(shell) == ["Hawks"]


def test_any_answer_but_yes_deletes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import_log(shell)
    for answer in ("n\n", "", "\n"):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        ran = shell.run("delete", "coach", "Hawks", "--for-good")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Delete Hawks (2 plays) for good? Nothing can undo this. [y/N] ")
        assert "Error: nothing was deleted. " in ran.err
    assert names(shell) == ["Hawks"]
    monkeypatch.setattr("sys.stdin", Terminal("Yes\n"))
    assert shell.run("delete", "coach", "Hawks", "--for-good").status == 0
    assert names(shell) == []


def test_a_deleted_coach_is_named_with_what_still_holds_it(shell: Shell) -> None:
    import_log(shell)
    import_log(shell, "Lions")
    none = shell.run("delete", "play", "1", "--for-good", "--yes")
    assert none.out == (
        "Deleted play 1 (ear, cap, belt → steal) for good. Exports that you made still hold what"
        " they held.\nBackups still hold what was in them. None was made with this version.\n"
    )
    shell.run("backup", "monday.db")
    ran = shell.run("delete", "coach", "Hawks", "--for-good", "--yes")
    first, second, third = ran.out.splitlines()
    assert first == (
        "Deleted Hawks (1 play) for good. Exports that you made still hold what they held."
    )
    assert second == "Backups still hold what was in them. These were made with this version:"
    assert third.startswith(f"  {shell.folder / 'monday.db'} (20")
    game = shell.run("delete", "game", "Lions", "--coach", "Lions", "--for-good", "--yes", "--json")
    assert json.loads(game.out) == {
        "version": 1,
        "done": "Deleted game Lions of Lions (2 plays) for good",
        "plays": 2,
        "had_weights": False,
        "is_compact": True,
        "backups": [str(shell.folder / "monday.db")],
    }
    assert names(shell) == []
    assert shell.run("undo").status == 1


def test_the_same_log_is_new_afterwards_and_deleted_plays_go_too(shell: Shell) -> None:
    import_log(shell)
    shell.run("delete", "play", "1")
    shell.run("delete", "coach", "Hawks", "--for-good", "--yes")
    assert shell.run("import", "Hawks.csv").out == "Hawks.csv: 2 plays added\n"


def test_tuned_weights_go_with_the_plays_they_were_tuned_on(shell: Shell) -> None:
    import_log(shell)
    import_log(shell, "Lions")
    with Store.open() as store:
        save_weights(store, "steal", random_weights(), ["Lions"])
    ran = shell.run("delete", "coach", "Hawks", "--for-good", "--yes")
    assert "The tuned weights came from these plays too. `train` tunes them again.\n" in ran.out
    with Store.open() as store:
        assert find_weights(store, "steal") is None
        assert Path(store.path).stat().st_size < 120_000


def test_weights_tuned_meanwhile_are_not_saved(shell: Shell) -> None:
    import_log(shell)
    with Store.open() as store:
        before = store.n_erasures()
        shell.run("delete", "play", "1", "--for-good", "--yes")
        with pytest.raises(Exception, match="plays were deleted for good meanwhile"):
            save_weights(store, "steal", random_weights(), n_erasures=before)
