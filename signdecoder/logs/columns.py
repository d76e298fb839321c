"""Which row of a table names its columns, and which column holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.names import fold, quote
from signdecoder.core.outcomes import find_outcome
from signdecoder.logs.csv_table import BadRow, CsvTable
from signdecoder.logs.formats import Record
from signdecoder.logs.headings import (
    COUNT,
    exact_role,
    plain_heading,
    role_of,
    signal_number,
)
from signdecoder.logs.outcome_cells import are_yes_or_no, read_yes_or_no

_MOST_TITLES = 40  # rows that may stand above the column names
_MOSTLY = 0.6  # share of cells that make a column one of outcomes
_GUESSED_COACH = ("opponent", "team", "opp", "vs", "versus", "opposing team", "head coach")


@dataclass(frozen=True, slots=True)
class Header:
    """Row of column names.

    Attributes
    ----------
    at : int
        Its place among the rows.
    score : int
        How much it looks like one: 2 for signs and 1 for outcomes.
    """

    at: int
    score: int


def find_header(records: Sequence[Record], columns: Mapping[str, str]) -> Header:
    """Find the row that names the columns.

    Parameters
    ----------
    records : sequence of tuple of (int, list of str)
        The first rows of a table.
    columns : mapping of str to str
        Headings that the user gave, by role.

    Returns
    -------
    Header
        The likeliest row; its score is 0 if no row looks like one.
    """
    best = Header(0, 0)
    asked = {plain_heading(heading) for heading in columns.values()}
    for at, (_, cells) in enumerate(records[:_MOST_TITLES]):
        roles = [found[0] for cell in cells if cell.strip() and (found := role_of(cell))]
        numbered = sum(signal_number(cell) is not None for cell in cells)
        named = any(signal_number(cell) and not cell.strip().isdecimal() for cell in cells)
        has_signs = "signs" in roles or (
            numbered > 1 and (named or "outcome" in roles or "steal" in roles)
        )
        score = 2 * has_signs + ("outcome" in roles or "steal" in roles)
        score += 4 * bool(asked & {plain_heading(cell) for cell in cells if cell.strip()})
        if score > best.score and sum(bool(cell.strip()) for cell in cells) > 1:
            best = Header(at, score)
    return best


def table_from(file: str, records: Sequence[Record], header: Header) -> CsvTable:
    """Return the table below a row of column names.

    Parameters
    ----------
    file : str
        Name of the file.
    records : sequence of tuple of (int, list of str)
        All rows that are not blank.
    header : Header
        Where the names are.

    Returns
    -------
    CsvTable
        The rows, with blank columns and the index of pandas left out.
    """
    line, names = records[header.at]
    body = [(at, cells) for at, cells in records[header.at + 1 :] if any(map(str.strip, cells))]
    width = max([len(names), *(len(_strip_end(cells)) for _, cells in body)])
    names = [*names, *[""] * (width - len(names))][:width]
    rows = [[*cells, *[""] * (width - len(cells))][:width] for _, cells in body]
    lines = [at for at, _ in body]
    kept, bad_at = [], set()
    for at, name in enumerate(names):
        cells = [row[at] for row in rows]
        if name.strip() and not (plain_heading(name).startswith("unnamed ") and _count_up(cells)):
            kept.append(at)
        elif not name.strip() and any(map(str.strip, cells)) and not _count_up(cells):
            bad_at |= {n for n, cell in enumerate(cells) if cell.strip()}
    bad = tuple(
        BadRow(lines[n], "a cell is in a column without a name. Name the column.") for n in bad_at
    )
    good = [n for n in range(len(rows)) if n not in bad_at]
    columns = tuple(exact_role(names[at]) or names[at].strip() for at in kept)
    return CsvTable(
        file, columns, tuple(lines[n] for n in good),
        tuple([rows[n][at] for at in kept] for n in good), bad, line,
    )  # fmt: skip


def _strip_end(cells: Sequence[str]) -> list[str]:
    """Return a row without the blank cells at its end."""
    length = max((at + 1 for at, cell in enumerate(cells) if cell.strip()), default=0)
    return list(cells[:length])


def _count_up(cells: Sequence[str]) -> bool:
    """Return whether cells number the rows, from 0 or 1."""
    return bool(cells) and any(
        list(cells) == list(map(str, range(first, first + len(cells)))) for first in (0, 1)
    )


def assign_roles(
    table: CsvTable, asked: Mapping[str, str], coach_given: bool
) -> tuple[CsvTable, dict[str, str]]:
    """Give the columns of a table the names that signdecoder knows them by.

    Parameters
    ----------
    table : CsvTable
        The table with headings as written.
    asked : mapping of str to str
        Heading or number of a column, by role, as the user gave them.
    coach_given : bool
        Whether the user named the coach, so that an opponent's column is left alone.

    Returns
    -------
    tuple of CsvTable and dict
        The table, and the heading of each role that has another name.

    Raises
    ------
    SigndecoderError
        If a role cannot be decided.
    """
    roles: dict[str, int] = {}
    for role, heading in asked.items():
        roles[role] = _find_asked(table, role, heading)
    for at, name in enumerate(table.columns):
        if name == exact_role(name) and at not in roles.values():
            roles.setdefault(name, at)
    signs, table = _join_numbered(table, roles)
    if signs is not None:
        roles["signs"] = signs
    taken = set(roles.values())
    found: dict[str, list[tuple[int, int]]] = {}
    for at, name in enumerate(table.columns):
        known = role_of(name)
        if known is not None and at not in taken and known[0] not in roles:
            found.setdefault(known[0], []).append((known[1], at))
    if "outcome" in roles or "steal" in roles:
        found.pop("outcome", None)
        found.pop("steal", None)
    if coach_given and "coach" not in asked:
        found["coach"] = [c for c in found.get("coach", []) if not _is_guess(table, c[1])]
    for role, candidates in found.items():
        if role in ("outcome", "steal") or not candidates or role == COUNT:
            continue
        if role == "coach" and len(candidates) > 1 and _differ(table, candidates):
            both = " and ".join(quote(table.columns[at]) for _, at in sorted(candidates))
            raise SigndecoderError(
                f"{table.file}:{table.line}: {both} may both name the coach",
                f"say which with --columns coach={table.columns[min(candidates)[1]]}",
            )
        roles[role] = min(candidates)[1]
    _find_outcomes(table, roles, found)
    if found.get(COUNT) and "balls" not in roles and COUNT not in map(fold, table.columns):
        roles[COUNT] = min(found[COUNT])[1]
    names = list(table.columns)
    headings: dict[str, str] = {}
    for role, at in roles.items():
        if names[at] != role:
            headings[role] = names[at]
        names[at] = role
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SigndecoderError(
            f"{table.file}:{table.line}: there are two columns {quote(twice)}",
            "delete or rename one",
        )
    return replace(table, columns=tuple(names)), headings


def _find_asked(table: CsvTable, role: str, heading: str) -> int:
    """Return the column that the user named, by its heading or its number from 1."""
    plain = [plain_heading(name) for name in table.columns]
    for at, name in enumerate(table.columns):
        if fold(name) == fold(heading) or (plain[at] and plain[at] == plain_heading(heading)):
            return at
    if heading.isdecimal() and 1 <= int(heading) <= len(table.columns):
        return int(heading) - 1
    raise SigndecoderError(
        f"{table.file}:{table.line}: there is no column {quote(heading)} for {role}",
        f"use one of {', '.join(map(quote, table.columns))}",
    )


def _is_guess(table: CsvTable, at: int) -> bool:
    return plain_heading(table.columns[at]) in _GUESSED_COACH


def _differ(table: CsvTable, candidates: Sequence[tuple[int, int]]) -> bool:
    """Return whether columns say different things."""
    return any(len({fold(row[at]) for _, at in candidates}) > 1 for row in table.rows)


def _join_numbered(table: CsvTable, roles: dict[str, int]) -> tuple[int | None, CsvTable]:
    """Join columns of one signal each into a column of sequences, unless there is one already."""
    numbered = sorted(
        (number, at)
        for at, name in enumerate(table.columns)
        if (number := signal_number(name)) is not None and at not in roles.values()
    )
    if "signs" in roles or len(numbered) < 2:
        return None, table
    places = [at for _, at in numbered]
    bad = [*table.bad]
    rows, lines = [], []
    for line, row in zip(table.lines, table.rows, strict=True):
        own = [row[at].strip() for at in places]
        while own and not own[-1]:
            del own[-1]
        if not all(own):
            gap = table.columns[places[own.index("")]]
            bad.append(
                BadRow(line, f'"{gap}" is blank between signals. Write ? for a signal not seen.')
            )
            continue
        rest = [cell for at, cell in enumerate(row) if at not in places]
        rows.append([*rest, "".join(f"{signal}>" for signal in own)])
        lines.append(line)
    names = [name for at, name in enumerate(table.columns) if at not in places]
    joined = f"{table.columns[places[0]]} to {table.columns[places[-1]]}"
    shifted = replace(
        table, columns=(*names, joined), rows=tuple(rows), lines=tuple(lines), bad=tuple(bad)
    )
    for role, at in list(roles.items()):
        roles[role] = at - sum(place < at for place in places)
    return len(names), shifted


def _find_outcomes(
    table: CsvTable, roles: dict[str, int], found: Mapping[str, Sequence[tuple[int, int]]]
) -> None:
    """Find the column of outcomes by its heading and its cells."""
    if "outcome" in roles or "steal" in roles:
        return
    for role in ("outcome", "steal"):
        good = [
            candidate
            for candidate in found.get(role, [])
            if _looks_like_outcomes(table, candidate[1])
        ]
        if good:
            at = min(good)[1]
            roles["steal" if are_yes_or_no(_cells(table, at)) else "outcome"] = at
            return
    free = [at for at in range(len(table.columns)) if at not in roles.values()]
    free = [at for at in free if role_of(table.columns[at]) is None]
    likely = [at for at in free if are_yes_or_no(_cells(table, at), both=True)]
    if len(likely) == 1:
        roles["steal"] = likely[0]


def _cells(table: CsvTable, at: int) -> list[str]:
    return [row[at] for row in table.rows]


def _looks_like_outcomes(table: CsvTable, at: int) -> bool:
    """Return whether most cells of a column say what a team did, however they say it."""
    filled = [cell for cell in _cells(table, at) if cell.strip()]
    if _count_up(filled) and len(filled) > 2:
        return False
    if not filled:
        return True
    good = sum(_is_outcome(cell) for cell in filled)
    numbers = sum(cell.strip().isdecimal() and cell.strip() not in "01" for cell in filled)
    return good >= _MOSTLY * len(filled) or not numbers


def _is_outcome(cell: str) -> bool:
    try:
        return find_outcome(cell) is not None or read_yes_or_no(cell) is not None
    except SigndecoderError:
        return False
