"""Play logs: what is parsed, what is refused with file and line, and what is written."""

import io
from pathlib import Path

import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.logs.play_log import BadRow, PlayLog, load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.logs.sequence_file import load_sequences


def read(folder: Path, text: str | bytes, name: str = "game.csv", **asked: object) -> PlayLog:
    """Read a log of this text, from a file of this name."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_log(path, **asked)  # type: ignore[arg-type]


def refuse(folder: Path, text: str | bytes) -> str:
    """Return the error about a file that is refused, without its folder."""
    with pytest.raises(SigndecoderError) as error:
        read(folder, text)
    return str(error.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_csv_dialect_is_read(tmp_path: Path, separator: str, end: str, mark: str) -> None:
    rows = [["Coach", " SIGNS ", "outcome"], ["Hawks", "cap>belt", "Steal"], ["", "ear", "none"]]
    log = read(tmp_path, mark + "".join(separator.join(row) + end for row in rows))
    assert log.plays == (
        Play(("cap", "belt"), "steal", "Hawks", "game"),
        Play(("ear",), "none", "game", "game"),
    )
    assert (log.lines, log.bad, log.notes) == ((2, 3), (), ())
    assert log.file == str(tmp_path / "game.csv")


def test_cells_are_text_and_columns_that_are_not_known_are_kept(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        "zeta,signs,outcome,inning,note,Alpha\n007,cap,none,NA,null,\n1.0,cap,none,,'=1+1,NaN\n",
    )
    assert [dict(play.context) for play in log.plays] == [
        {"inning": "NA", "note": "null"},
        {"note": "=1+1"},
    ]
    assert [list(play.extra.items()) for play in log.plays] == [
        [("zeta", "007"), ("Alpha", "")],
        [("zeta", "1.0"), ("Alpha", "NaN")],
    ]


def test_a_row_has_the_line_where_its_record_starts(tmp_path: Path) -> None:
    log = read(
        tmp_path, 'signs,outcome,note\n\n"cap\nbelt",none,"a\r\nb"\nx,maybe,\n\ny,huh,\nz,none,\n'
    )
    assert [play.signals for play in log.plays] == [("cap", "belt"), ("z",)]
    assert log.plays[0].context == {"note": "a\r\nb"}
    assert log.lines == (3, 9)
    assert [row.line for row in log.bad] == [6, 8]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "cap,maybe",
            'the outcome "maybe" is not known. Say what it means with --map "maybe=OUTCOME"',
        ),
        (
            "cap,",
            "the outcome is empty. Add --blank none if nothing happened in such rows, or",
        ),
        (
            "cap",
            "the outcome is empty. Add --blank none if nothing happened in such rows, or",
        ),
        (",steal", "the sequence is empty. Write at least one signal."),
        ("cap>>ear,steal", "has an empty part"),
        (f"{'cap ' * 65},steal", "the sequence has 65 signals (limit 64). Shorten it."),
        (f"{'x' * 41},steal", "has 41 characters (limit 40). Shorten it."),
        ("ca\x1bp,steal", "contains the control character U+001B. Delete it."),
        ("cap,belt,steal", "the row has 3 cells and the header 2. Put quotes around a cell that"),
        ('"cap"x,steal', "text follows a closing quote. Write a quote inside a cell twice"),
        ('"cap,steal', "a quote opens here and is never closed. Close it."),
    ],
)
def test_a_bad_row_is_reported_and_the_others_are_kept(tmp_path: Path, row: str, said: str) -> None:
    log = read(tmp_path, f"signs,outcome\nbelt,none\n{row}\n")
    assert log.plays == (Play(("belt",), "none", "game", "game"),)
    assert [bad.line for bad in log.bad] == [3]
    assert said in log.bad[0].what


def test_a_space_after_a_separator_is_not_part_of_the_cell(tmp_path: Path) -> None:
    log = read(tmp_path, 'coach, signs, outcome, note\nHawks, "cap, belt", steal, " a ""b"" "\n')
    assert log.plays == (Play(("cap", "belt"), "steal", "Hawks", "game", "", {"note": ' a "b" '}),)
    write_log(log.plays, tmp_path / "out.csv")
    assert load_log(tmp_path / "out.csv").plays == log.plays


def test_a_quote_that_closes_lines_later_is_reported_where_it_opens(tmp_path: Path) -> None:
    log = read(tmp_path, 'signs,outcome\n"cap,none\near,none\n"left ear>",steal\nbelt,none\n')
    assert [play.signals for play in log.plays] == [("belt",)]
    assert [bad.line for bad in log.bad] == [2]
    assert log.bad[0].what.endswith("or close the one that is open until line 4.")


def test_a_cell_may_be_as_long_as_its_file(tmp_path: Path) -> None:
    log = read(tmp_path, f"signs,outcome,note\ncap,none,{'x' * 200_000}\nbelt,none,\n")
    assert [play.signals for play in log.plays] == [("cap",), ("belt",)]
    assert log.bad == ()


def test_a_column_may_have_any_name(tmp_path: Path) -> None:
    log = read(tmp_path, "signs,outcome,self,index,0\ncap,none,'=me,1,2\n")
    assert log.plays[0].extra == {"self": "=me", "index": "1", "0": "2"}


def test_the_41st_signal_of_a_coach_is_refused(tmp_path: Path) -> None:
    rows = [f"{coach},s{n},none\n" for coach in ("A", "B") for n in range(40)]
    good = read(tmp_path, "coach,signs,outcome\n" + "".join(rows))
    assert (len(good.plays), good.bad) == (80, ())
    rows += ["a,S3 s39,none\n", "A,s3 s40,none\n", "B,s1,none\n"]
    log = read(tmp_path, "coach,signs,outcome\n" + "".join(rows))
    assert len(log.plays) == 82
    assert log.bad == (
        BadRow(
            83,
            'too many different signals for A (41, limit 40). "s40" is new, so write each signal'
            " the same way everywhere.",
        ),
    )


def test_outcome_and_steal_must_agree(tmp_path: Path) -> None:
    agreeing = [
        *("steal,1", "delayed_steal,yes", "double_steal,T", "none,0", "not_steal,n", "bunt,FALSE"),
        *("delayed_steal,0", "steal,", ",1", ",0", "unknown,"),
    ]
    log = read(tmp_path, "signs,outcome,steal\n" + "".join(f"a,{row}\n" for row in agreeing))
    assert log.bad == ()
    assert [play.outcome for play in log.plays] == [
        *("steal", "delayed_steal", "double_steal", "none", "not_steal", "bunt"),
        *("delayed_steal", "steal", "steal", "not_steal", "unknown"),
    ]
    clashing = ["steal,0", "none,1", "bunt,1", "unknown,1", "unknown,0", ",", "steal,maybe"]
    log = read(tmp_path, "signs,outcome,steal\n" + "".join(f"a,{row}\n" for row in clashing))
    assert (log.plays, [row.line for row in log.bad]) == ((), [2, 3, 4, 5, 6, 7, 8])
    assert log.bad[0].what == (
        'the outcome "steal" and the steal cell "0" disagree. Correct one or leave it empty.'
    )


def test_outcomes_can_be_declared(tmp_path: Path) -> None:
    assert read(tmp_path, "signs,outcome\na,Off Speed\n").bad[0].line == 2
    log = read(tmp_path, "signs,outcome\na,Off Speed\n", declared=["off-speed"])
    assert log.plays[0].outcome == "off_speed"


def test_a_file_without_a_header_has_one_character_per_signal(tmp_path: Path) -> None:
    log = read(tmp_path, "bdh\t1\n'b\t0\n\nbd\tsteal\n", "five.txt")
    assert log.plays == (
        Play(("b", "d", "h"), "steal", "five", "five"),
        Play(("'", "b"), "not_steal", "five", "five"),
    )
    assert [row.line for row in log.bad] == [4]
    named = read(tmp_path, "bdh\tbunt\nb\tnone\n", "five.txt", coach="Hawks")
    assert [(play.coach, play.outcome) for play in named.plays] == [
        ("Hawks", "bunt"),
        ("Hawks", "none"),
    ]


def test_compact_splits_the_sequences_of_any_file_into_characters(tmp_path: Path) -> None:
    log = read(tmp_path, "signs,outcome\nbdh,steal\nb>d,none\n", compact=True)
    assert [play.signals for play in log.plays] == [("b", "d", "h")]
    assert [row.line for row in log.bad] == [3]


def test_missing_coaches_and_games_are_filled_in(tmp_path: Path) -> None:
    text = "coach,game,signs,outcome\nHawks,g1,a,none\n,,a,none\nLions,',a,none\n"
    filled = [(play.coach, play.game) for play in read(tmp_path, text).plays]
    assert filled == [("Hawks", "g1"), ("game", "game"), ("Lions", "")]
    names = [(play.coach, play.game) for play in read(tmp_path, text, coach=" The  Owls").plays]
    assert names == [("Hawks", "g1"), ("The Owls", "game"), ("Lions", "")]


def test_names_are_shown_as_first_written(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        "coach,game,signs,outcome\nHawks,G1,Cap,none\nHAWKS,g1,cap CAP ear,none\n"
        "Lions,g1,cap,none\n",
    )
    assert [(play.coach, play.game, play.signals) for play in log.plays] == [
        ("Hawks", "G1", ("Cap",)),
        ("Hawks", "G1", ("Cap", "Cap", "ear")),
        ("Lions", "g1", ("cap",)),
    ]


def test_dates_in_other_forms_are_kept_and_reported(tmp_path: Path) -> None:
    log = read(tmp_path, "signs,outcome,date\na,none,someday\na,none,2026-05-01\na,none,\n")
    assert [play.date for play in log.plays] == ["someday", "2026-05-01", ""]
    assert len(log.notes) == 1
    assert (
        ": 1 date was not understood (use 2026-05-14). That play was placed first" in log.notes[0]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "game.csv is empty. Use a file with a header and one play a row."),
        (b"\xef\xbb\xbf \n", "game.csv is empty. "),
        (
            b"signs,outcome\n\xc3\xa9,none\ncaf\xe9,none\n",
            "game.csv:3: this is not text in UTF-8. Save ",
        ),
        (
            b"signs,outcome\r\na\0,none\r\n",
            "game.csv:2: this is not text, because there is a NUL byte. ",
        ),
        (b"a,b\n1,2\n", 'game.csv:1: the header has no column "signs". Name the columns in '),
        (b"signs,b\n1,2\n", 'game.csv:1: the header has neither a column "outcome" nor a column '),
        (
            b"Signs,outcome,signs\n1,2,3\n",
            'game.csv:1: there are two columns "signs". Delete or rename one.',
        ),
    ],
)
def test_a_file_that_is_not_a_log_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    assert refuse(tmp_path, text).startswith(said)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SigndecoderError, match=r"none\.csv does not exist. Check its name."):
        load_log(tmp_path / "none.csv")
    with pytest.raises(SigndecoderError, match=r"is a folder\. Name the files in it\."):
        load_log(tmp_path)


def test_a_cell_in_a_column_without_a_name_is_refused(tmp_path: Path) -> None:
    log = read(tmp_path, "signs,outcome,,\na,none,,\nb,none,,x\n")
    assert [play.extra for play in log.plays] == [{}]
    assert log.bad == (BadRow(3, "a cell is in a column without a name. Name the column."),)


def test_a_log_from_standard_input_needs_a_coach(monkeypatch: pytest.MonkeyPatch) -> None:
    def give(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    give("signs,outcome\na,none\n")
    assert load_log("-", coach="Hawks").plays == (Play(("a",), "none", "Hawks"),)
    give("signs,outcome\na,none\n")
    log = load_log("-")
    assert (log.file, [row.line for row in log.bad]) == ("-", [2])
    assert "Give --coach NAME." in log.bad[0].what


def test_standard_input_that_is_closed_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SigndecoderError, match=r"- is empty\. Use a file"):
        load_log("-")


def test_a_written_log_can_be_imported_without_loss(tmp_path: Path) -> None:
    plays = (
        Play(
            ("left ear",), "steal", "Hawks", "G1", "2026-05-01", {"note": '=a "b"\r\nc'}, {"x": ""}
        ),
        Play(("-", "a,b"), "none", "=Lions", "", "", {"inning": "007", "note": "'"}, {"@y": "+1"}),
        Play(
            ("cap", "belt"),
            "unknown",
            "'Owls",
            "a, b",
            "",
            {"half": "a\rb"},
            {"x": "\t", "@y": " "},
        ),
    )
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write_log(plays, first)
    log = load_log(first)
    assert log.bad == ()
    whole = [dict.fromkeys(("x", "@y"), "") | dict(play.extra) for play in plays]
    assert [dict(play.extra) for play in log.plays] == whole
    assert [(p.signals, p.coach, p.game, p.date, p.context) for p in log.plays] == [
        (p.signals, p.coach, p.game, p.date, p.context) for p in plays
    ]
    write_log(log.plays, second)
    assert second.read_bytes() == first.read_bytes()


def test_the_exact_words_of_a_written_log(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    plays = [
        Play(
            ("left ear",), "steal", "Hawks", "g1", "2026-05-01", {"note": "@home"}, {"=x": "1, 2"}
        ),
        Play(("cap", "belt"), "none", "Hawks", "g1", "", {"outs": "2"}),
    ]
    written = (
        "coach,game,date,outs,signs,outcome,note,'=x\n"
        'Hawks,g1,2026-05-01,,left ear>,steal,\'@home,"1, 2"\n'
        "Hawks,g1,,2,cap belt,none,,\n"
    )
    write_log(plays, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == written
    assert list(tmp_path.iterdir()) == [tmp_path / "out.csv"]
    write_log(plays, None)
    assert capsysbinary.readouterr().out.decode() == written
    with pytest.raises(SigndecoderError, match="cannot be written"):
        write_log(plays, tmp_path / "none" / "out.csv")
    with pytest.raises(SigndecoderError, match="cannot be written"):
        write_log(plays, tmp_path)


def test_an_empty_log_has_a_header(tmp_path: Path) -> None:
    write_log([], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "coach,game,signs,outcome\n"
    assert load_log(tmp_path / "out.csv").plays == ()


def test_sequences_keep_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "game.csv"
    path.write_text("id,signs\n'=7,cap belt\n8,\n009,left ear>\n")
    rows = load_sequences(path)
    assert rows.signals == (("cap", "belt"), ("left ear",))
    assert rows.bad == (BadRow(3, "the sequence is empty. Write at least one signal."),)
    assert list(rows.rows) == [
        {"id": "=7", "signs": "cap belt"},
        {"id": "009", "signs": "left ear>"},
    ]


@pytest.mark.parametrize("header", ["coach\tsteal", "Coach\t Steal "])
def test_a_misspelled_header_is_not_taken_for_a_row(tmp_path: Path, header: str) -> None:
    path = tmp_path / "game.txt"
    path.write_text(f"{header}\ncap ear\tsteal\n")
    with pytest.raises(SigndecoderError) as error:
        load_log(path)
    assert str(error.value).startswith(
        f'{path}:1: the header has no column "signs". Name the columns in the first row, and'
        " call the one with the sequences signs, or say which it is: --columns signs="
    )
    path.write_text("zeichen\tsteal\nba\t1\n")  # an unknown title, but yes and no below
    with pytest.raises(SigndecoderError, match="has no column"):
        load_log(path)
    for outcomes in (["bunt", "steal"], ["steal", "none"], ["steal", "steal"], ["steal"]):
        path.write_text("".join(f"abcab\t{outcome}\n" for outcome in outcomes))
        assert [play.outcome for play in load_log(path).plays] == outcomes


def test_sequences_of_a_file_without_a_header(tmp_path: Path) -> None:
    path = tmp_path / "five.txt"
    path.write_text("bd\t1\nh\t0\n")
    rows = load_sequences(path)
    assert rows.signals == (("b", "d"), ("h",))
    assert list(rows.columns) == ["signs", "steal"]
