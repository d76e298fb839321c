"""A scoreboard as words and as a JSON document. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from signdecoder.benchmark.bootstrap import Figure
from signdecoder.benchmark.metrics import noise_words
from signdecoder.benchmark.questions import CALLING, NEAR
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.benchmark.summary import Checkpoint, ContenderSummary, Summary
from signdecoder.core.text import columns, count

_BY_GROUP = (10, 20, 30)  # plays after which the groups are compared
_NEVER = "never"

Rows = list[tuple[str, ...]]


def board_document(board: Summary) -> dict[str, Any]:
    """The JSON document of an exam; shares from 0 to 1, losses in nats, null for what is not."""
    return {"simulated": True} | asdict(board)


def board_words(board: Summary) -> str:
    """An exam as tables, the decoders in rows."""
    sections = [
        _head(board),
        *_checkpoint_tables(board),
        _crack_table(board.standings),
        _ahead_table(board),
        _told_table(board.standings),
        *_group_tables(board),
        _gap_lines(board),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _head(board: Summary) -> list[str]:
    exam = board.exam
    most = max(standing.coaches for standing in board.standings)
    lines = [
        f"simulated coaches: {count(most, 'coach', 'coaches')}, {count(exam.plays, 'play')} each,"
        f" exam {exam.name!r}, seeds for {'tuning' if exam.seeds == 'tuning' else 'reporting'}",
        f"  {_coaches_words(exam)}",
    ]
    if board.standings[0].checkpoints:
        lines.append(
            f"  asked about {2 * CALLING} fresh sequences of his: {CALLING} call the play, {NEAR}"
            " nearly do (fewer where a rule has few near misses), the rest do not"
        )
    few = [s for s in board.standings if s.coaches < most]
    if few:
        names = ", ".join(standing.decoder for standing in few)
        lines.append(
            f"  {names}: the first {few[0].coaches} coaches only, and not after every play"
        )
    return lines


def _coaches_words(exam: Scenario) -> str:
    family = exam.family or "all families but null, equally often"
    words = [f"family {exam.family}" if exam.family else family]
    if exam.levels:
        words.append(f"levels {', '.join(exam.levels)}")
    else:
        (fewest, most), (low, high) = exam.vocabulary, exam.rate
        words.append(f"{fewest} to {most} signals, {100 * low:g} to {100 * high:g} % steals")
        noises = "; ".join(noise_words(noise) for noise in exam.noises)
        clean = noises == noise_words(type(exam.noises[0])())
        words.append("clean outcomes" if clean else f"missed, on their own, misread: {noises}")
    if exam.change_at:
        words.append(f"another system from play {exam.change_at} on")
    if exam.flip_within:
        words.append(f"one of the first {exam.flip_within} outcomes is wrong")
    return "; ".join(words)


def _checkpoint_tables(board: Summary) -> list[list[str]]:
    tables: list[tuple[str, Callable[[Checkpoint], Figure | None], Callable[[float], str]]] = [
        ("right, % of the sequences", lambda c: c.accuracy, _points),
        ("right, %, families as common as they are met", lambda c: c.usual_accuracy, _points),
        ("log loss, nats", lambda c: c.loss, _nats),
        ("key sign named first, % of the coaches who have one", lambda c: c.key_found, _points),
    ]
    tables.append(("right rule told in words, %", lambda c: c.rule_told, _points))
    return [_checkpoint_table(board, *table) for table in tables]


def _checkpoint_table(
    board: Summary,
    title: str,
    figure_of: Callable[[Checkpoint], Figure | None],
    write: Callable[[float], str],
) -> list[str]:
    """One figure of every decoder at each checkpoint, and how far the widest interval reaches."""
    plays = sorted({c.plays for s in board.standings for c in s.checkpoints})
    rows: Rows = [("  after plays", *map(str, plays), "±")]
    for standing in board.standings:
        figures = {c.plays: figure_of(c) for c in standing.checkpoints}
        shown = [figures.get(n) for n in plays]
        there = [figure for figure in shown if figure]
        if there:
            width = max((figure.high - figure.low) / 2 for figure in there)
            cells = [write(figure.mean) if figure else "–" for figure in shown]
            rows.append((f"  {standing.decoder}", *cells, write(width)))
    return [title, *columns(rows, "<" + ">" * (len(plays) + 1))] if len(rows) > 1 else []


def _crack_table(standings: Sequence[ContenderSummary]) -> list[str]:
    rows: Rows = [("  until", "plays", "interval", "9 in 10", "steals", "9 in 10", "never, %", "±")]
    for standing in standings:
        crack = standing.crack
        if crack:
            low, high = crack.median_interval
            rows.append(
                (
                    f"  {standing.decoder}",
                    *(_whole(crack.median), f"{_whole(low)} to {_whole(high)}"),
                    *(_whole(crack.ninetieth), _whole(crack.steals_median)),
                    *(_whole(crack.steals_ninetieth), _points(crack.never.mean)),
                    _points((crack.never.high - crack.never.low) / 2),
                )
            )
    title = "cracked: 95 % of the sequences right from then on (median coach, nine in ten)"
    return [title, *columns(rows, "<>>>>>>>")] if len(rows) > 1 else []


def _ahead_table(board: Summary) -> list[str]:
    there = [(s.decoder, s.ahead) for s in board.standings if s.ahead]
    if not there:
        return []
    rows: Rows = [("  each next play", "plays", "right, %", "±", "log loss", "±", "calibration")]
    for name, ahead in there:
        calibration = _points(ahead.calibration.error) if ahead.calibration else "–"
        rows.append(
            (
                f"  {name}",
                *(str(ahead.plays), _points(ahead.accuracy.mean), _half(ahead.accuracy, _points)),
                *(_nats(ahead.loss.mean), _half(ahead.loss, _nats), calibration),
            )
        )
    ahead = there[0][1]
    base = (_points(ahead.base_accuracy), "", _nats(ahead.base_loss), "", "")
    rows.append(("  rate so far", str(ahead.plays), *base))
    first = board.exam.scored_from
    which = f", plays {first} to {board.exam.plays}" if first > 1 else ""
    title = f"his own next play, predicted before it was learned{which} (calibration: points off)"
    return [title, *columns(rows, "<>>>>>>")]


def _told_table(standings: Sequence[ContenderSummary]) -> list[str]:
    rows: Rows = [("  at the end", "no rule, %", "±", "the change, %", "±", "made up, %", "±")]
    for standing in standings:
        told = standing.told
        if told:
            figures = (told.no_rule, told.change, told.change_made_up)
            cells = [
                c
                for f in figures
                for c in ((_points(f.mean), _half(f, _points)) if f else ("–", ""))
            ]
            rows.append((f"  {standing.decoder}", *cells))
    title = (
        "what the report says: that there is no rule, that the signs changed, or changed in vain"
    )
    return [title, *columns(rows, "<>>>>>>")] if len(rows) > 1 else []


def _group_tables(board: Summary) -> list[list[str]]:
    """For each thing that sets coaches apart, the decoders in columns, at a few checkpoints."""
    everyone = [s for s in board.standings if s.coaches == board.standings[0].coaches]
    plays = [c.plays for c in everyone[0].checkpoints]
    shown = [n for n in _BY_GROUP if n in plays] or plays[-1:]
    tables = []
    for kind, groups in everyone[0].groups.items():
        if not shown:
            continue
        rows: Rows = [(f"  {kind}", "coaches", *(s.decoder for s in everyone))]
        for place, group in enumerate(groups):
            cells = [
                " ".join(
                    f"{100 * s.groups[kind][place].accuracy[plays.index(n)]:3.0f}" for n in shown
                )
                for s in everyone
            ]
            rows.append((f"  {group.name}", str(group.coaches), *cells))
        title = f"right, %, by {kind}, after {', '.join(map(str, shown))} plays"
        tables.append([title, *columns(rows, "<>" + ">" * len(everyone))])
    return tables


def _gap_lines(board: Summary) -> list[str]:
    rows: Rows = [("  plays", "better part", "right, points", "95 %", "log loss", "95 %")]
    for gap in board.gaps:
        if gap.group == "all":
            rows.append(
                (
                    *(f"  {gap.plays}", gap.better, f"{100 * gap.accuracy.mean:+.1f}"),
                    f"{100 * gap.accuracy.low:+.1f} to {100 * gap.accuracy.high:+.1f}",
                    f"{gap.loss.mean:+.3f}",
                    f"{gap.loss.low:+.3f} to {gap.loss.high:+.3f}",
                )
            )
    lines = []
    if len(rows) > 1:
        worse = [
            f"{gap.group} after {gap.plays}"
            for gap in board.gaps
            if gap.group != "all"
            and gap.accuracy_error is not None
            and gap.accuracy.mean < -2 * gap.accuracy_error
        ]
        lines = ["mixture less the better of its parts", *columns(rows, "<<>>>>")]
        lines.append(
            f"  families below it by more than two standard errors: {', '.join(worse) or 'none'}"
        )
    if board.told:
        told = board.told
        lines.append(
            f"told of the change, the mixture is right {100 * told.mean:+.1f} points more often"
            f" ({100 * told.low:+.1f} to {100 * told.high:+.1f})"
        )
    return lines


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def _nats(loss: float) -> str:
    return f"{loss:.3f}"


def _half(figure: Figure, write: Callable[[float], str]) -> str:
    return write((figure.high - figure.low) / 2)


def _whole(value: float | None) -> str:
    return _NEVER if value is None else f"{value:g}"
