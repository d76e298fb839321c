"""Random and corrupted logs and texts, as people, spreadsheets and attackers write them."""

import re
from collections.abc import Iterator
from random import Random

from signdecoder.logs.csv_table import MAX_CELLS, MAX_ROWS
from tests.support.paths import DEMO_GAME

# Names that could control a terminal, a page, a spreadsheet or a path, or look like another name.
NAMES = (
    "[bold]x[/]", "[/]", "[link=file:///etc/passwd]x[/link]", "\u202eleets", "a\u2066b\u2069",
    "cap\u200b", "cap\u200d", "\u2060cap", "c\ufeffap", "\u00adcap", "=1+1", "+1", "-1", "@SUM(A1)",
    "'quoted", "''", "=HYPERLINK(\"http://a.b\")", "../../x", "/etc/passwd", "C:\\x", "~root",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&amp;", "*bold*", "`code`",
    "| a |", "a\u0301\u0302\u0303\u0304", "e\u0301", "\u00e9", "\uff43\uff41\uff50",
    "\U0001f9e2", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u200f\u05d0\u05d1",
    "\u0645\u06cc\u200c\u062e",
    "帽子", "x" * 40, "帽" * 40, "a,b", "a;b", "a|b", "{0}", "%s%n", "$HOME", "`id`", "$(id)",
    "\\n", "a\\", "None", "null", "NaN", "0", "1e5", "\uff1d1", "#REF!", "\ufffd",
    "\U000e0041", "\u3164", "\u2800", "ß", "\u017f", "İ", "\u0131",
)  # fmt: skip
# Names that are refused.
REFUSED_NAMES = (
    "\x1b[31mred", "\x1b]0;title\x07", "a\x00b", "a\x07", "\x9b31m", "a\x85b", "a\x7fb",
    "a\x08\x08b",     "\ud800", "a\udfff",
)  # fmt: skip
_OUTCOMES = (
    "steal", "none", "unknown", "not steal", "BUNT", "hit-and-run", "odd play", "", "1", "nonsense",
)  # fmt: skip
_COLUMNS = (
    "signs", "outcome", "steal", "coach", "game", "date", "inning", "half", "outs", "note", "odd",
    "=odd", "", " Signs ", "signs", "[b]", "x\u202e",
)  # fmt: skip
_SPACES = " \t\n\r\u00a0\u2028\u2029\u0085\u3000\x0b\x0c\x1c"
_WIDE = "\U0001f9e2"  # makes Python use four bytes for every character of a text
_MARKS = ">|,;\"'=+-@\\/[]{}<>&"


def make_text(rng: Random, most: int, *, path: bool = False) -> str:
    """Return a text of a few characters or names; with ``path``, one that a file can have."""
    parts: list[str] = []
    for _ in range(rng.randrange(most // 4 + 2)):
        kind = rng.random()
        if kind < 0.35:
            parts.append(rng.choice(("cap", "ear", "belt", "left ear", "nose")))
        elif kind < 0.5:
            parts.append(rng.choice(NAMES))
        elif kind < 0.53:
            parts.append(rng.choice(REFUSED_NAMES))
        elif kind < 0.7:
            parts.append(rng.choice(_MARKS))
        elif kind < 0.85:
            parts.append(rng.choice(_SPACES + "   "))
        else:
            parts.append(chr(rng.choice((rng.randrange(0x300), rng.randrange(0x11_0000)))))
    text = "".join(parts)
    if path:
        text = re.sub("[\\0/\ud800-\udfff]", "", text)[:20]
    return text


def make_log(rng: Random) -> bytes:
    """Return a log: mostly good rows with some odd cells, or a corrupted log."""
    if rng.random() < 0.15:
        return corrupt_bytes(rng, DEMO_GAME.read_bytes())
    columns = list(dict.fromkeys(["signs", "outcome", *rng.sample(_COLUMNS, rng.randrange(6))]))
    if rng.random() < 0.1:
        columns = [rng.choice(_COLUMNS) for _ in range(rng.randrange(1, 8))]
    rng.shuffle(columns)
    delimiter, end = rng.choice(",,,;\t"), rng.choice(("\n", "\n", "\r\n", "\r"))
    quotes = rng.random() < 0.7
    lines = [delimiter.join(_write(rng, name, delimiter, quotes) for name in columns)]
    for _ in range(rng.randrange(12)):
        cells = [_cell(rng, name) for name in columns[: rng.choice((99, 99, 99, 1, 2))]]
        cells += [""] * (rng.random() < 0.05)
        lines.append(delimiter.join(_write(rng, cell, delimiter, quotes) for cell in cells))
        lines += [rng.choice(("", " ", delimiter))] * (rng.random() < 0.05)
    text = end.join(lines) + end * (rng.random() < 0.8)
    data = text.encode(errors="surrogatepass")
    if rng.random() < 0.1:
        data = b"\xef\xbb\xbf" + data
    if rng.random() < 0.05:
        data = text.encode("utf-16", errors="surrogatepass")
    return corrupt_bytes(rng, data) if rng.random() < 0.2 else data


def _cell(rng: Random, column: str) -> str:
    if rng.random() < 0.15:
        return make_text(rng, 12)
    if column == "outcome":
        return rng.choice(_OUTCOMES)
    if column == "steal":
        return rng.choice(("1", "0", "yes", "", "maybe"))
    if column == "signs":
        count = rng.choice((1, 2, 3, 5, 5, 64, 65))
        names = [rng.choice(("cap", "ear", "belt", "nose", "left ear")) for _ in range(count)]
        return rng.choice((" ", ">", "|", ",", " > ")).join(names)
    return rng.choice((*NAMES, "Hawks", "Lions", "2026-05-01", "1", ""))


def _write(rng: Random, cell: str, delimiter: str, quotes: bool) -> str:
    must = any(mark in cell for mark in (delimiter, '"', "\n", "\r")) or cell[:1] == " "
    if quotes and must and rng.random() < 0.97:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def corrupt_bytes(rng: Random, data: bytes) -> bytes:
    """Change, remove, repeat or insert a few bytes."""
    corrupt = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(corrupt) + 1)
        kind = rng.randrange(6)
        if kind == 0 and at < len(corrupt):
            corrupt[at] = rng.randrange(256)
        elif kind == 1:
            del corrupt[at : at + rng.choice((1, 1, 8, 100))]
        elif kind == 2:
            corrupt[at:at] = corrupt[at : at + rng.choice((1, 8, 100))]
        elif kind == 3:
            corrupt[at:at] = rng.choice(
                (b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\t", b"'", b">")
            )
        elif kind == 4:
            corrupt[at:at] = make_text(rng, 8).encode(errors="surrogatepass")
        elif at < len(corrupt):
            corrupt[at] ^= 1 << rng.randrange(8)
    return bytes(corrupt)


def log_of_many_cells(rows: int) -> Iterator[str]:
    """Yield a log with as many cells as allowed, all different and wide, and a coach per row."""
    columns = MAX_CELLS // MAX_ROWS
    yield ",".join(("coach", "game", "signs", "outcome", *(f"x{k}" for k in range(columns - 4))))
    for n in range(rows):
        cells = (f"{_WIDE}{n}xx{k}" for k in range(columns - 4))
        yield f"c{_WIDE}{n}xxx,g{_WIDE}{n},s{_WIDE}{n},none,{','.join(cells)}"


def log_of_many_coaches(rows: int) -> Iterator[str]:
    """Yield a log with a coach per row, each with nearly as many signals as allowed."""
    yield "signs,outcome,coach,note"
    letters = "abcdefghijklmnopqrstuvwxyz" * 2
    for n in range(rows):
        yield f"{_WIDE}{n % 999} {' '.join(letters[: 28 + n % 13])},none,c{n},{_WIDE}{n}"


LARGEST_LOGS = (
    log_of_many_cells,
    log_of_many_coaches,
)  # of all logs within the limits, these take the most memory


def count_possible_rows(text: str) -> set[int] | None:
    """Return the row counts that the lines of a log allow; None if quotes may join lines."""
    if '"' in text:
        return None
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    counts = {sum(bool(line.strip(f"{mark} \t")) for line in lines) for mark in ",;\t"}
    counts |= {sum(bool(line.strip()) for line in lines)}
    return {count - header for count in counts for header in (0, 1)}
