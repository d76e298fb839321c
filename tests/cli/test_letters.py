"""A log of letters in both cases: import, log, query, predict and export."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from signdecoder.store.store import Store
from tests.support.shell import Shell

LETTERS = "bBdDfFhHkKpP"
NOTE = (
    "Note: Hawks: upper and lower case are different signals here:"
    " B and b, D and d, F and f, H and h, K and k, P and p.\n"
)


def simulate(n_plays: int, seed: int) -> str:
    """Return a log of eight letters a play. Every second one shows K, then p, and is a steal."""
    rng = np.random.default_rng(seed)
    rows = ["signs,steal"]
    while len(rows) <= n_plays:
        steal = len(rows) % 2
        text = "".join(rng.choice(list(LETTERS), 8))
        if steal:
            place = int(rng.integers(7))
            text = f"{text[:place]}Kp{text[place + 2 :]}"
        if ("Kp" in text) == steal:
            rows.append(f"{text},{steal}")
    return "\n".join(rows) + "\n"


@pytest.fixture
def letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Return a shell with 50 plays of letters, whose commands use the real decoder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "store.db"))
    shell = Shell(tmp_path, capsys)
    ran = shell.run("import", shell.write("Hawks.csv", simulate(50, 0)), "--compact")
    assert (ran.status, ran.out, ran.err) == (0, "Hawks.csv: 50 plays added\n", NOTE)
    return shell


def test_fresh_sequences_are_read_by_case(letters: Shell) -> None:
    letters.write("fresh.csv", simulate(400, 1))
    ran = letters.run("predict", "fresh.csv", "--compact")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    right = [(float(row["probability"]) >= 0.5) == (row["steal"] == "1") for row in rows]
    assert len(right) == 400
    assert np.mean(right) >= 0.995
    assert letters.run("query", "bKph", "--compact").out.startswith("STEAL")
    assert letters.run("query", "b K p h").out.startswith("STEAL")
    assert letters.run("query", "b", "k", "p", "h").out.startswith("HOLD")
    assert letters.run("query", "b", "k", "P", "Q").err == 'Note: Hawks has never shown "Q"\n'
    assert "K" in letters.run("explain", "bKph", "--compact").out


def test_what_is_logged_later_and_exported_keeps_the_case(letters: Shell) -> None:
    ran = letters.run("log", "B", "k", "--outcome", "none", "--game", "Hawks")
    assert ran.out.startswith("Saved play 51: B k → none")
    later = letters.write("later.csv", "signs,steal\nkpk,0\nkpb,1\n")
    ran = letters.run("import", later, "--compact", "--coach", "Hawks", "--skip-bad")
    assert (ran.status, ran.err) == (0, "")
    letters.run("export", "out.csv")
    with Store.open(letters.folder / "copy.db") as copy:
        assert letters.run("import", "out.csv", "--db", "copy.db").err == NOTE
        with Store.open(letters.folder / "store.db") as store:
            assert copy.plays() == store.plays()
        assert copy.case_matters("Hawks")
    assert letters.run("rename", "signal", "K", "cap").status == 0
    assert "k" in letters.run("plays", "--last", "1").out
