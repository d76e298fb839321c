"""Signals that were not seen, through every command that reads or writes sequences."""

import pytest

from signdecoder.cli.screens import make_config
from signdecoder.core.errors import UsageError
from tests.support.shell import Shell

LOG = """signs,outcome,game
cap ? belt ear,steal,Lions
ear...belt,none,Lions
"cap, left ear, ..., belt",steal,Lions
"""


def test_a_log_with_missed_signals_is_kept_as_it_is(shell: Shell) -> None:
    shell.write("Hawks.csv", LOG)
    assert shell.run("import", "Hawks.csv").status == 0
    ran = shell.run("log", "cap", "_", "...", "ear", "--outcome", "none", "--game", "Lions")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Saved play 4: cap ? … ear → none")
    listed = shell.run("plays").out
    assert [line.split("  ")[-1].strip() for line in listed.splitlines()[1:]] == [
        "cap ? belt ear", "ear … belt", "cap>left ear>…>belt", "cap ? … ear"
    ]  # fmt: skip
    shell.run("export", "out.csv")
    shell.write("out.csv", (shell.folder / "out.csv").read_text().replace("Hawks", "Owls"))
    assert shell.run("import", "out.csv", "--json").status == 0
    documents = [
        shell.run("plays", "--coach", coach, "--json").document["plays"]
        for coach in ("Hawks", "Owls")
    ]
    hawks, owls = [[play["signs"] for play in plays] for plays in documents]
    assert hawks == owls


def test_questions_may_have_missed_signals(shell: Shell) -> None:
    shell.run("import", shell.write("Hawks.csv", LOG))
    asked = shell.run("query", "cap _ ... belt")
    assert (asked.status, asked.err) == (0, "")
    assert shell.run("query", "cap", "?", "nose").err == 'Note: Hawks has never shown "nose"\n'
    ran = shell.run("predict", shell.write("asked.csv", "signs\ncap ? belt\n...\n"))
    assert [line.split(",")[0] for line in ran.out.splitlines()] == ["signs", "cap ? belt", "..."]
    assert shell.run("report").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename", "signal", "cap", "?"),
        ("report", "--attributes", "attributes.csv"),
        ("audit", "--key", "?", "--live", "belt", "--steals", "0.3"),
        ("audit", "--key", "cap", "--live", "belt", "--steals", "0.3", "--signals", "a,...,b"),
    ],
)
def test_no_signal_can_be_named_so(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.run("import", shell.write("Hawks.csv", LOG))
    shell.write("attributes.csv", "signal,side\n?,left\ncap,right\n")
    ran = shell.run(*arguments)
    assert (ran.status, ran.out) == (1, "")
    assert "is not a name, because ? and ... stand for signals that were not seen" in ran.err


def test_a_coachs_own_sequences_have_nothing_missed(shell: Shell) -> None:
    shell.write("mine.csv", "signs\ncap belt\ncap ? belt\n...\n")
    ran = shell.run("audit", "--key", "cap", "--live", "belt", "--log", "mine.csv")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "Error: mine.csv has ? or ... in 2 sequences, but you know all of your own. Write the"
        " signals, or delete these rows.\n"
    )


def test_a_keypad_cannot_have_a_missed_signal(shell: Shell) -> None:
    with pytest.raises(UsageError, match="so --signals cannot name them"):
        make_config(None, None, "cap,?", "steal", shell.folder / "store.db")
