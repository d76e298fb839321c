"""The results of a scenario as text and as a JSON document. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from signdecoder.benchmark.bootstrap import Figure
from signdecoder.benchmark.metrics import noise_name
from signdecoder.benchmark.questions import CALLING, NEAR
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.benchmark.summary import Checkpoint, ContenderSummary, Summary
from signdecoder.core.text import columns, count
from signdecoder.reports.table import Table

_BY_GROUP = (10, 20, 30)  # plays after which the groups are compared
_ANSWERED = (10, 20, 40)  # plays after which the first lines say how often it is right
_ENOUGH = 50  # coaches whose average says something
_NEVER = "never"

Rows = list[tuple[str, ...]]


def summary_document(summary: Summary) -> dict[str, Any]:
    """Return the JSON document: shares from 0 to 1, losses in nats, null for what is missing."""
    document = asdict(summary)
    return {
        "simulated": True,
        "exam": document["scenario"],
        "standings": document["contenders"],
        "gaps": document["gaps"],
        "told": document["informed_gain"],
    }


def summary_table(summary: Summary) -> Table:
    """Return a row for each decoder and each number of plays that it was asked after."""
    names = ("decoder", "coaches", "plays", "accuracy", "accuracy_low", "accuracy_high", "log_loss")
    rows = [
        (
            *(one.decoder, one.coaches, point.plays, point.accuracy.mean, point.accuracy.low),
            *(point.accuracy.high, point.loss.mean, one.crack.median if one.crack else None),
        )
        for one in summary.contenders
        for point in one.checkpoints
    ]
    return Table((*names, "cracked_after"), rows)


def summary_text(summary: Summary) -> str:
    """Return the results as tables, with a decoder in each row."""
    sections = [
        _answer_lines(summary),
        _head(summary),
        *_checkpoint_tables(summary),
        _crack_table(summary.contenders),
        _ahead_table(summary),
        _rule_report_table(summary.contenders),
        *_group_tables(summary),
        _gap_lines(summary),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _answer_lines(summary: Summary) -> list[str]:
    """Return a line for each decoder: how often it is right, and after how many plays it cracks."""
    points = summary.contenders[0].checkpoints
    shown = [p.plays for p in points if p.plays in _ANSWERED] or [p.plays for p in points[-1:]]
    if not shown:
        return []
    most = max(contender.coaches for contender in summary.contenders)
    few = f" (too few to compare: use {_ENOUGH} or more)" if most < _ENOUGH else ""
    title = f"{count(most, 'simulated coach', 'simulated coaches')}{few}"
    rows: Rows = [(title, f"right after {' / '.join(map(str, shown))}", "cracked")]
    for one in summary.contenders:
        right = {p.plays: f"{100 * p.accuracy.mean:.0f}%" for p in one.checkpoints}
        median = one.crack.median if one.crack else None
        cracked = f"after {count(round(median), 'play')}" if median is not None else _NEVER
        rows.append((f"  {one.decoder}", " / ".join(right.get(n, "–") for n in shown), cracked))
    return columns(rows, "<>>")


def _head(summary: Summary) -> list[str]:
    scenario = summary.scenario
    most = max(contender.coaches for contender in summary.contenders)
    seeds = "tuning" if scenario.seeds == "tuning" else "reporting"
    lines = [
        f"simulated coaches: {count(most, 'coach', 'coaches')},"
        f" {count(scenario.plays, 'play')} each, scenario {scenario.name!r}, {seeds} seeds",
        f"  {_coaches_text(scenario)}",
    ]
    if summary.contenders[0].checkpoints:
        lines.append(
            f"  {2 * CALLING} fresh sequences after each play: {CALLING} call the play, {NEAR} are"
            " near misses (fewer if the rule has few), the rest are other plays"
        )
    few = [s for s in summary.contenders if s.coaches < most]
    if few:
        names = ", ".join(contender.decoder for contender in few)
        lines.append(
            f"  {names}: only the first {few[0].coaches} coaches, and not after every play"
        )
    return lines


def _coaches_text(scenario: Scenario) -> str:
    every = "every family except null, equally often"
    parts = [f"family {scenario.family}" if scenario.family else every]
    if scenario.levels:
        parts.append(f"levels {', '.join(scenario.levels)}")
    else:
        (fewest, most), (low, high) = scenario.vocabulary, scenario.rate
        parts.append(f"{fewest} to {most} signals, {100 * low:g} to {100 * high:g}% steals")
        noises = "; ".join(_percents(noise_name(noise)) for noise in scenario.noises)
        is_clean = noises == _percents(noise_name(type(scenario.noises[0])()))
        parts.append("clean outcomes" if is_clean else f"missed, on their own, misread: {noises}")
    if scenario.change_at:
        parts.append(f"new signs from play {scenario.change_at} on")
    if scenario.flip_within:
        parts.append(f"one of the first {scenario.flip_within} outcomes is wrong")
    return "; ".join(parts)


def _percents(name: str) -> str:
    """Return the name of a noise as it is printed."""
    return name.replace(" %", "%")


def _checkpoint_tables(summary: Summary) -> list[list[str]]:
    tables: list[tuple[str, Callable[[Checkpoint], Figure | None], Callable[[float], str]]] = [
        ("sequences right, %", lambda c: c.accuracy, _points),
        ("sequences right, %, with common families weighted more", lambda c: c.usual_accuracy,
         _points),
        ("log loss, nats", lambda c: c.loss, _nats),
        ("key sign ranked first, % of the coaches who have one", lambda c: c.key_found, _points),
        ("correct rule reported, %", lambda c: c.rule_told, _points),
    ]  # fmt: skip
    return [_checkpoint_table(summary, *table) for table in tables]


def _checkpoint_table(
    summary: Summary,
    title: str,
    figure_of: Callable[[Checkpoint], Figure | None],
    write: Callable[[float], str],
) -> list[str]:
    """Return one figure of every decoder at each checkpoint, with its widest half-interval."""
    plays = sorted({c.plays for s in summary.contenders for c in s.checkpoints})
    rows: Rows = [("  after plays", *map(str, plays), "±")]
    for contender in summary.contenders:
        by_plays = {c.plays: figure_of(c) for c in contender.checkpoints}
        figures = [by_plays.get(n) for n in plays]
        present = [figure for figure in figures if figure]
        if present:
            width = max((figure.high - figure.low) / 2 for figure in present)
            cells = [write(figure.mean) if figure else "–" for figure in figures]
            rows.append((f"  {contender.decoder}", *cells, write(width)))
    return [title, *columns(rows, "<" + ">" * (len(plays) + 1))] if len(rows) > 1 else []


def _crack_table(contenders: Sequence[ContenderSummary]) -> list[str]:
    rows: Rows = [("  until", "plays", "interval", "9 in 10", "steals", "9 in 10", "never, %", "±")]
    for contender in contenders:
        crack = contender.crack
        if crack:
            low, high = crack.median_interval
            rows.append(
                (
                    f"  {contender.decoder}",
                    *(_whole(crack.median), f"{_whole(low)} to {_whole(high)}"),
                    *(_whole(crack.ninetieth), _whole(crack.steals_median)),
                    *(_whole(crack.steals_ninetieth), _points(crack.never.mean)),
                    _points((crack.never.high - crack.never.low) / 2),
                )
            )
    title = "cracked: 95% of the sequences right from then on (median coach, and nine in ten)"
    return [title, *columns(rows, "<>>>>>>>")] if len(rows) > 1 else []


def _ahead_table(summary: Summary) -> list[str]:
    scored = [(s.decoder, s.ahead) for s in summary.contenders if s.ahead]
    if not scored:
        return []
    rows: Rows = [("  each next play", "plays", "right, %", "±", "log loss", "±", "calibration")]
    for name, ahead in scored:
        calibration = _points(ahead.calibration.error) if ahead.calibration else "–"
        rows.append(
            (
                f"  {name}",
                *(str(ahead.plays), _points(ahead.accuracy.mean), _half(ahead.accuracy, _points)),
                *(_nats(ahead.loss.mean), _half(ahead.loss, _nats), calibration),
            )
        )
    ahead = scored[0][1]
    base = (_points(ahead.base_accuracy), "", _nats(ahead.base_loss), "", "")
    rows.append(("  rate so far", str(ahead.plays), *base))
    first = summary.scenario.scored_from
    which = f", plays {first} to {summary.scenario.plays}" if first > 1 else ""
    title = (
        "the coach's next play, predicted before it is learned"
        f"{which} (calibration: error in points)"
    )
    return [title, *columns(rows, "<>>>>>>")]


def _rule_report_table(contenders: Sequence[ContenderSummary]) -> list[str]:
    rows: Rows = [("  at the end", "no rule, %", "±", "change, %", "±", "false change, %", "±")]
    for contender in contenders:
        report = contender.told
        if report:
            figures = (report.no_rule, report.change, report.change_made_up)
            cells = [
                c
                for f in figures
                for c in ((_points(f.mean), _half(f, _points)) if f else ("–", ""))
            ]
            rows.append((f"  {contender.decoder}", *cells))
    title = (
        "what the report says: there is no rule, the signs changed, or changed when they did not"
    )
    return [title, *columns(rows, "<>>>>>>")] if len(rows) > 1 else []


def _group_tables(summary: Summary) -> list[list[str]]:
    """Return a table for each way to group the coaches, with a decoder in each column."""
    complete = [s for s in summary.contenders if s.coaches == summary.contenders[0].coaches]
    plays = [c.plays for c in complete[0].checkpoints]
    shown = [n for n in _BY_GROUP if n in plays] or plays[-1:]
    tables = []
    for kind, groups in complete[0].groups.items():
        if not shown:
            continue
        rows: Rows = [(f"  {kind}", "coaches", *(s.decoder for s in complete))]
        for place, group in enumerate(groups):
            cells = [
                " ".join(
                    f"{100 * s.groups[kind][place].accuracy[plays.index(n)]:3.0f}" for n in shown
                )
                for s in complete
            ]
            rows.append((f"  {_percents(group.name)}", str(group.coaches), *cells))
        title = f"right, %, by {kind}, after {', '.join(map(str, shown))} plays"
        tables.append([title, *columns(rows, "<>" + ">" * len(complete))])
    return tables


def _gap_lines(summary: Summary) -> list[str]:
    rows: Rows = [("  plays", "better part", "right, points", "95%", "log loss", "95%")]
    for gap in summary.gaps:
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
            for gap in summary.gaps
            if gap.group != "all"
            and gap.accuracy_error is not None
            and gap.accuracy.mean < -2 * gap.accuracy_error
        ]
        lines = ["mixture minus the better of its parts", *columns(rows, "<<>>>>")]
        lines.append(
            f"  families lower by more than two standard errors: {', '.join(worse) or 'none'}"
        )
    if summary.informed_gain:
        gain = summary.informed_gain
        lines.append(
            f"told of the change, the mixture is right {100 * gain.mean:+.1f} points more often"
            f" ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
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
