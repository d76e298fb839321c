"""Names with control characters: refused, or kept as they are and shown safely."""

import csv
import json
import unicodedata
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pytest
from textual.pilot import Pilot

from signdecoder.cli import main
from signdecoder.core.names import fold, parse_name
from signdecoder.core.play import Play
from signdecoder.core.sequences import format_signals
from signdecoder.core.text import columns, printable, width
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log
from signdecoder.logs.play_log_writer import write_log
from signdecoder.store.store import Store
from signdecoder.tui.dialogs.names import NamesScreen
from signdecoder.tui.files.local import _LogTree
from signdecoder.tui.files.screen_files import suggest_file_name
from signdecoder.tui.live.screen import LiveScreen
from tests.support.hostile_logs import NAMES, REFUSED_NAMES
from tests.support.live import Rig, rig, text_of, until
from tests.support.paths import DEMO_GAME
from tests.support.shell import Shell, run_checked

__all__ = ["rig"]

# As the store keeps them.
KEPT = tuple({fold(name): parse_name(name, "coach") for name in NAMES}.values())
NOTE = "\x1b[2J\x07\r\n\t=1+1"  # a note is any text


def is_harmless(text: str) -> bool:
    """Return whether no character controls a terminal or changes the reading order."""
    odd = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return odd <= set("\n\u200c\u200d")


def sign(name: str) -> str:
    """Return the name as a signal, without the separator of signals."""
    return name.replace(">", ")")


def fill(path: Path) -> tuple[Play, ...]:
    """Fill a store: each name is that of a coach, a signal and a game. Return the plays."""
    plays = [
        Play(
            (sign(name), "cap"),
            "steal",
            name,
            name,
            "",
            {"note": NOTE},
            {f"odd {name}": name, "tab": "\t=1"},
        )
        for name in KEPT
    ]  # fmt: skip
    with Store.open(path) as store:
        return tuple(store.add(play) for play in plays)


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_control_characters_are_refused(shell: Shell, name: str) -> None:
    if "\0" not in name:  # which no command line can hold
        ran = shell.run("log", f"cap{name}", "ear", "--outcome", "none")
        assert (ran.status, ran.out) == (1, "")
        assert "contains the control character U+" in ran.err
        assert is_harmless(ran.err)
    for kind in ("coach", "game", "signs"):
        cells = {"coach": "Hawks", "game": "1", "signs": "cap"} | {kind: f"a{name}b"}
        text = f"outcome,{','.join(cells)}\nnone,{','.join(cells.values())}\n"
        ran = shell.run("import", shell.write("x.csv", text.encode(errors="surrogatepass")))
        assert (ran.status, ran.out) == (1, "")
        assert is_harmless(ran.err)


def test_every_name_comes_back_unchanged(tmp_path: Path) -> None:
    plays = fill(tmp_path / "a.db")
    write_log(plays, tmp_path / "out.csv")
    log = load_log(tmp_path / "out.csv")
    assert log.bad == ()
    assert [(p.signals, p.coach, p.game, p.context) for p in log.plays] == [
        (p.signals, p.coach, p.game, p.context) for p in plays
    ]
    for play, back in zip(plays, log.plays, strict=True):
        assert dict(play.extra).items() <= dict(back.extra).items()
    with Store.open(tmp_path / "b.db") as store:
        assert store.add_logs([log])[0].added == len(plays)
        assert store.add_logs([log])[0].known == len(plays)
        assert [p.signals for p in store.plays()] == [p.signals for p in plays]


def test_no_exported_cell_begins_a_formula(tmp_path: Path) -> None:
    write_log(fill(tmp_path / "a.db"), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [
        cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
    ] == []


def test_commands_show_every_name_harmlessly(shell: Shell) -> None:
    plays = fill(shell.folder / "store.db")
    assert run_checked(["coaches"]) == 0
    for name in KEPT:
        assert run_checked(["plays", "--coach", name]) == 0
        assert (
            run_checked(["query", "--coach", name, "--", format_signals((sign(name), "cap"))]) == 0
        )
    listed = [one["coach"] for one in json.loads(shell.run("coaches", "--json").out)["coaches"]]
    assert listed == [play.coach for play in plays]
    (play,) = json.loads(shell.run("plays", "--coach", KEPT[0], "--json").out)["plays"]
    assert (play["note"], play["signs"][0], play["game"]) == (NOTE, KEPT[0], KEPT[0])
    for _ in plays[:5]:
        assert run_checked(["undo"]) == 0
    assert run_checked(["rename", "coach", "--", KEPT[0], KEPT[9]]) == 0
    assert run_checked(["delete", "coach", "--", KEPT[9]]) == 0


def test_a_line_end_in_a_file_name_does_not_start_a_line(shell: Shell) -> None:
    odd = shell.write("x\nError: y.csv", "signs,outcome\ncap,none\near\n")
    full = shell.write("z\nError: y.csv", f"signs,outcome\n{' '.join('abcdefgh' * 9)},none\n")
    ran = [
        shell.run("import", odd), shell.run("import", "--skip-bad", odd), shell.run("undo"),
        shell.run("import", full), shell.run("train", full), shell.run("import", "a\nError: b"),
        shell.run("predict", odd), shell.run("export", "c\nError: d"),
        shell.run("plays", "--db", "e/\nError: f/\0"), shell.run("backup", "g\nError: h"),
    ]  # fmt: skip
    lines = [line for one in ran for line in (one.out + one.err).splitlines()]
    errors = [line for line in lines if line.startswith("Error:")]
    assert errors
    assert not [line for line in errors if line[7:9] in ("y.", "b", "d", "f/", "h")]
    assert "Undone: Imported x\\x0aError: y.csv (1 play)" in lines


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.outside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.outside += [f"{k}={v}" for k, v in attrs if k.startswith("on") or k == "src"]


@pytest.mark.slow
def test_a_page_shows_every_name_harmlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo game with other names: HTML, Markdown, the report and an explanation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNDECODER_DB", str(tmp_path / "x.db"))
    evil = ("<script>alert(1)</script>", "[/]", "\u202eleets", "=1+1", "../../x", "| a |", "*bold*")
    plays = load_log(DEMO_GAME).plays
    names = sorted({name for play in plays for name in play.signals})
    other = dict(zip(names, [*evil, *(f"\u2066{name}" for name in names)], strict=False))
    with Store.open(tmp_path / "x.db") as store:
        for play in plays:
            signals = tuple(sign(other[name]) for name in play.signals)
            store.add(Play(signals, play.outcome, evil[0], "<img src=x onerror=y>"))
    for file in ("page.html", "page.md"):
        assert run_checked(["report", "--out", file]) == 0
        assert is_harmless((tmp_path / file).read_text("utf-8"))
    page = _Tags((tmp_path / "page.html").read_text("utf-8"))
    assert not page.tags & {"script", "img", "a", "iframe"}
    assert page.outside == []
    assert run_checked(["report"]) == 0
    assert run_checked(["explain", *map(sign, evil[:4]), "--gates"]) == 0


def has_coach(screen: LiveScreen, coach: str) -> bool:
    return screen.play_log is not None and screen.play_log.coach == coach


def test_the_screen_shows_every_name_harmlessly(rig: Rig) -> None:
    fill(rig.path)
    evil = ("[bold]x[/]", "\u202eleets", "a\u2066b\u2069", "cap\u200b")

    async def drive(pilot: Pilot[None], screen: LiveScreen) -> None:
        for coach in evil:
            screen.service.load_coach(coach)
            await until(pilot, partial(has_coach, screen, coach))
            await pilot.pause()
            seen = text_of(pilot)
            assert is_harmless(seen)
            assert printable(coach) in seen
        screen.service.undo()
        await until(pilot, lambda: "Undid" in text_of(pilot))
        screen.service.rename("signal", "no such \u202e", "x", None)
        await until(pilot, lambda: "no such \\u202e" in text_of(pilot))
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, NamesScreen))
        await pilot.pause()
        seen = text_of(pilot)
        assert is_harmless(seen)
        assert "[bold]x[/]" in seen
        ElementTree.fromstring(pilot.app.export_screenshot())

    rig.open(drive, coach="[bold]x[/]", size=(120, 60))


def test_a_file_picker_shows_every_name_harmlessly() -> None:
    picker = cast(_LogTree, None)  # what it shows does not depend on it
    assert _LogTree.process_label(picker, "a\x1b[2J\u202e\udcff[bold].csv").plain == (
        "a\\x1b[2J\\u202e\\udcff[bold].csv"
    )


@pytest.mark.parametrize(
    ("coach", "file"),
    [
        ("Hawks", "Hawks.csv"), ("帽子 é", "帽子 é.csv"), ("../../x", "_.._x.csv"),
        ("/etc/passwd", "_etc_passwd.csv"), ("~root", "_root.csv"), ("..", "_.csv"),
        ("C:\\x", "C__x.csv"), ("\u202eleets", "_leets.csv"), ("x" * 255, f"{'x' * 60}.csv"),
    ],
)  # fmt: skip
def test_an_export_is_named_after_the_coach_without_path_characters(coach: str, file: str) -> None:
    assert suggest_file_name(coach) == file
    assert Path(file).name == file


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cap\u200d", "cap\\u200d"), ("\u200ccap", "\\u200ccap"), ("a\u200db", "a\\u200db"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # a Persian word needs it
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),  # so does a family
        ("cap\u3164", "cap\\u3164"), ("\u2800", "\\u2800"), ("c\u034fap", "c\\u034fap"),
        ("a\u2028b", "a\\u2028b"), ("e\u0301", "e\u0301"),
        ("cap\ufe0f", "cap\\ufe0f"), ("\ufe0e", "\\ufe0e"), ("c\U000e0100", "c\\U000e0100"),
        ("\u2764\ufe0f", "\u2764\ufe0f"), ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("\u2764\ufe0f\ufe0f", "\u2764\ufe0f\\ufe0f"), ("帽\ufe00", "帽\ufe00"),
        ("葛\U000e0101", "葛\U000e0101"), ("é\ufe00", "é\\ufe00"), ("x\u180b", "x\\u180b"),
        ("\u1820\u180b", "\u1820\u180b"), ("\U0001d159", "\\U0001d159"),
    ],
)  # fmt: skip
def test_invisible_characters_are_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


def test_the_width_of_odd_names() -> None:
    shown = {"帽子": 4, "e\u0301": 1, "a\u0301\u0302": 1, "\U0001f468\u200d\U0001f469": 2, "cap": 3}
    assert {name: width(name) for name in shown} == shown


def test_columns_stay_aligned_with_any_text() -> None:
    lines = columns([(name, "|") for name in (*KEPT, NOTE)], "<<")
    assert {width(line) for line in lines} == {max(map(width, lines))}
    assert all(map(is_harmless, lines))
    assert not any("\n" in line for line in lines)


@pytest.mark.skipif(not hasattr(__import__("os"), "openpty"), reason="there is no terminal here")
def test_a_log_printed_on_a_terminal_cannot_control_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    fill(tmp_path / "x.db")
    main(["--db", str(tmp_path / "x.db"), "export", "-"])
    assert b"\x1b[2J" in capfdbinary.readouterr().out  # as it is, for a program
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    main(["--db", str(tmp_path / "x.db"), "export", "-"])
    assert is_harmless(capfdbinary.readouterr().out.decode())


def test_the_decoder_takes_names_as_they_are() -> None:
    decoder = Decoder()
    for name in KEPT[:20]:
        decoder.observe([sign(name), "cap"], steal=True)
    assert {key.sign for key in decoder.key_signs()} <= {*map(sign, KEPT), "cap"}
    assert decoder.predict([sign(KEPT[0]), "cap"]).probability > 0
