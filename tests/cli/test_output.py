"""--format, --json and --out: what decides, and what is refused."""

import json

import pandas as pd
import pytest

from tests.cli.logs import import_log
from tests.support.shell import Shell

ROWS = (
    ("coaches",),
    ("plays",),
    ("predict", "lions.csv"),
    ("simulate", "--plays", "3", "--seed", "1"),
)


@pytest.mark.parametrize("command", ROWS)
@pytest.mark.parametrize("ending", ["txt", "json", "jsonl", "csv", "md", "parquet", "xlsx"])
def test_the_ending_of_the_file_decides(
    shell: Shell, command: tuple[str, ...], ending: str
) -> None:
    import_log(shell)
    shell.write("lions.csv", "signs\ncap\nbelt\n")
    ran = shell.run(*command, "-o", f"answer.{ending}")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith(f" to answer.{ending}.\n")
    data = (shell.folder / f"answer.{ending}").read_bytes()
    signs = {"txt": b"  ", "json": b'{"version": 1, "', "jsonl": b'{"', "csv": b",", "md": b"| "}
    assert signs.get(ending, b"PAR1" if ending == "parquet" else b"PK") in data


def test_export_decides_by_its_file(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("export", "a.parquet").status == 0
    frame = pd.read_parquet(shell.folder / "a.parquet")
    assert frame["signs"].tolist() == ["ear cap belt", "nose ear"]
    assert json.loads(shell.run("export", "-", "--format", "jsonl").out.splitlines()[0]) == {
        "coach": "Hawks",
        "game": "Lions",
        "date": "2026-05-01",
        "signs": "ear cap belt",
        "outcome": "steal",
    }


def test_a_report_has_a_row_for_each_coach(shell: Shell) -> None:
    import_log(shell, "Hawks")
    import_log(shell, "Lions")
    rows = [json.loads(row) for row in shell.run("report", "--format", "jsonl").out.splitlines()]
    assert [(row["coach"], row["plays"], row["called"]) for row in rows] == [
        ("Hawks", 2, 1), ("Lions", 2, 1),
    ]  # fmt: skip
    both = shell.run("report", "-c", "lions", "-c", "hawks", "--format", "csv").out
    assert [line.split(",")[0] for line in both.splitlines()] == ["coach", "Lions", "Hawks"]
    assert shell.run("report", "-o", "a.xlsx").err == "Wrote 2 coaches to a.xlsx.\n"
    assert shell.run("report", "-o", "a.md", "--format", "markdown").status == 0
    assert (shell.folder / "a.md").read_text().startswith("| coach | play |")


def test_studies_have_tables(shell: Shell) -> None:
    rule = ("--key", "cap", "--live", "belt", "--steals", "0.3")
    ran = shell.run("audit", *rule, "--seasons", "6", "--plays", "10", "--format", "csv")
    assert ran.out.startswith("change,kind,gained,low,high,clear,words\n")
    shell.write("log.csv", "signs,outcome\n" + "cap belt,steal\near,none\n" * 4)
    ran = shell.run(
        "benchmark", "--log", "log.csv", "--decoders", "pair-score", "--format", "jsonl"
    )
    assert [*json.loads(ran.out.splitlines()[0])] == ["decoder", "plays", "log_loss", "accuracy"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("coaches", "-o", "a.doc"),
            "a.doc: .doc is not the ending of a known format. "
            "Use .csv, .json, .jsonl, .md, .parquet, .txt or .xlsx, or choose with --format.",
        ),
        (("export", "hawks"), "hawks: no ending is not the ending of a known format."),
        (("coaches", "--format", "cvs"), '"cvs" is not a format. Did you mean csv?'),
        (("coaches", "--format", "pdf"), '"pdf" is not a format. Choose one of csv, json, '),
        (
            ("coaches", "--format", "csv", "--out", "a.xlsx"),
            "a.xlsx: the ending is not one of csv. Name the file *.csv, or leave --format out.",
        ),
        (("coaches", "--json", "--format", "csv"), "--json is short for --format json, not csv."),
    ],
)
def test_what_cannot_be_decided_is_refused(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    import_log(shell)
    ran = shell.run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"Error: {said}")
    assert [path.name for path in shell.folder.glob("a.*")] == []


def test_a_named_format_allows_any_other_ending(shell: Shell) -> None:
    import_log(shell)
    assert shell.run("coaches", "--format", "csv", "--out", "a.log").status == 0
    assert (shell.folder / "a.log").read_text() == "coach,plays,called\nHawks,2,1\n"


def test_a_binary_format_is_not_for_a_terminal(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_log(shell)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    ran = shell.run("coaches", "--format", "xlsx")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "Error: xlsx is not for a screen. Name a file: --out FILE.xlsx.\n"
