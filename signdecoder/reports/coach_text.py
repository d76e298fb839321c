"""Results as words: plain text, the first line of a paragraph is its headline. Nothing prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from signdecoder.core.outcomes import NONE, NOT_STEAL, OUTCOMES, UNKNOWN
from signdecoder.core.text import bar, columns, count, percent, printable
from signdecoder.decoder.prediction import LIKELY
from signdecoder.reports.coach_report import CoachReport

if TYPE_CHECKING:
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.analysis.permutation import PermutationTest
    from signdecoder.bayes.online import ChangePoint
    from signdecoder.decoder.prediction import KeySign, Prediction
    from signdecoder.decoder.ranked_rule import NamedRule

_SHOWN = 6  # key signs with a line of their own, at the most
_WORTH = 0.01  # and they must be as likely as this
_RIVALS = 3  # rules that are told at most
_RIVAL = 0.02  # and only those likelier than this
_CHANGES = 5  # changes of signs with a line of their own


def format_query(
    coach: str,
    prediction: Prediction,
    plays: int,
    called: int,
    key_signs: Sequence[KeySign],
    calls_to_go: int | None = None,
) -> str:
    """The answer of `query`: the verdict first, then whose it is, then the key sign."""
    verdict = outcome_name(prediction.verdict).upper()
    tally = format_tally(plays, called, prediction.play)
    lines = [f"{verdict}  {percent(prediction.probability)}   {coach} · {tally}"]
    if key_signs and called:
        lines.append(f"key sign: {key_signs[0].sign} ({percent(key_signs[0].probability)})")
    if not called:
        lines.append(advice_without_call(prediction.play))
    elif prediction.verdict not in (prediction.play, "hold"):
        lines.append(_advice_to_wait(prediction, calls_to_go))
    return "\n".join(lines)


def _advice_to_wait(prediction: Prediction, calls_to_go: int | None) -> str:
    words = "too little is known of these signals: record more plays with their outcomes"
    if calls_to_go:
        words += f", {format_calls_to_go(calls_to_go, prediction.play)} should do"
    return words


def outcome_name(outcome: str) -> str:
    """An outcome as it is said: `hit and run`; it may be a name of the user's own."""
    return printable(outcome.replace("_", " "))


def format_tally(plays: int, called: int, play: str, none: str = "no {} yet") -> str:
    """How much has been seen: `31 plays, 9 steals`."""
    name = outcome_name(play)
    if not called:
        times = none.format(name)
    elif play in OUTCOMES:
        times = count(called, name)
    else:
        times = f"{called} × {name}"  # a name of one's own has no plural that could be known
    return f"{count(plays, 'play')}, {times}"


def advice_without_call(play: str, seen: Mapping[str, int] | None = None) -> str:
    """What to do where the called play was not seen, of ``seen`` outcomes by number."""
    name = outcome_name(play)
    advice = f"no {name} seen yet: record more plays, two or three of them name most signs"
    others = Counter(
        {o: n for o, n in (seen or {}).items() if o not in (play, NONE, UNKNOWN, NOT_STEAL)}
    )
    if others:
        named = ", ".join(f"{outcome} ({n})" for outcome, n in others.most_common(5))
        advice += f"; or ask with --play about one that was seen: {named}"
    return advice


def format_reports(reports: Sequence[CoachReport]) -> str:
    """The report on each coach, a paragraph each."""
    return "\n\n".join("\n".join(_coach_lines(report)) for report in reports)


def _coach_lines(report: CoachReport) -> list[str]:
    tally = format_tally(report.plays, report.called, report.play)
    state = "cracked" if report.cracked else "not cracked yet"
    sections = [
        ("rule", _rule_lines(report)),
        ("key sign", _key_sign_lines(report)),
        ("changed", _change_lines(report.changes)),
        ("expected", _expectation_lines(report)),
        ("luck", permutation_lines(report.luck, report.plays)),
    ]
    if report.held_out:
        sections.append(("held out", _held_out_lines(report.held_out)))
    sections.append(("note", list(report.notes)))
    lines = [f"{report.coach} · {tally} · {state}"]
    for label, body in sections:
        for line in body:
            lines.append(f"  {label:<10}{line}")
            label = ""
    return lines


def _rule_lines(report: CoachReport) -> list[str]:
    if not report.called:
        return []
    if not report.finds_rule:
        return [explain_no_rule(report)]
    told = [report.rules[0], *open_rivals(report)]
    return columns([(percent(rule.probability), rule.words) for rule in told], "><")


def explain_no_rule(report: CoachReport) -> str:
    """Why no rule is told."""
    nothing = report.no_rule_probability or 0.0
    if nothing < LIKELY and report.tells_nothing:
        return "no rule found: these signals tell next to nothing of his plays"
    if nothing < LIKELY:
        return "no rule found: the plays bear none out so far"
    return f"no rule found: these signals may carry nothing ({percent(nothing)})"


def open_rivals(report: CoachReport) -> list[NamedRule]:
    """The rules after the likeliest that are likely enough to be told, best first."""
    return [rule for rule in report.rules[1:_RIVALS] if rule.probability >= _RIVAL]


def _change_lines(changes: Sequence[ChangePoint]) -> list[str]:
    """The last changes of signs, and how many there were before them."""
    lines = [format_change(change) for change in changes[-_CHANGES:]]
    earlier = len(changes) - len(lines)
    return [*([f"{count(earlier, 'earlier change')}"] if earlier else []), *lines]


def format_change(change: ChangePoint) -> str:
    """Where the signs changed, and which key gave way to which."""
    words = f"signs changed at play {change.play + 1}"
    if change.before and change.after and change.before != change.after:
        words += f": the key was {change.before}, is now {change.after}"
    return words


def _expectation_lines(report: CoachReport) -> list[str]:
    if report.expected_accuracy is None:
        return []
    lines = [f"right on {percent(report.expected_accuracy)} of his plays (95% is cracked)"]
    hopeless = report.tells_nothing or (report.no_rule_probability or 0.0) >= LIKELY
    if report.calls_to_go and not hopeless:
        lines.append(f"{format_calls_to_go(report.calls_to_go, report.play)} will crack him")
    return lines


def permutation_lines(luck: PermutationTest | None, plays: int) -> list[str]:
    """Could it be luck? What shuffling the outcomes of so many plays says, in lines."""
    if luck is None:
        return []
    lines = [
        f"{'unlikely' if luck.is_unlikely else 'possible'}: {luck.as_good} of {luck.shuffles}"
        f" shuffles of outcomes fit as well (p = {luck.probability:.3f})"
    ]
    if luck.is_cut_short and plays > luck.plays:
        lines.append(f"(those of the last {luck.plays} plays)")
    return lines


def format_calls_to_go(calls: int, play: str) -> str:
    """About how many more called plays it takes: `about 2 more steals`."""
    name = outcome_name(play)
    return f"about {count(calls, f'more {name}') if play in OUTCOMES else f'{calls} more {name}'}"


def _key_sign_lines(report: CoachReport) -> list[str]:
    if not report.called:
        return [advice_without_call(report.play, report.seen)]
    keys = report.key_signs
    likely = max(1, sum(key.probability >= _WORTH for key in keys))
    shown = keys[: min(_SHOWN, likely)]
    rows = []
    for key in shown:
        plays, called = report.evidence.get(key.sign, (0, 0))
        tally = format_tally(plays, called, report.play, none="no {}")
        rows.append((key.sign, bar(key.probability), percent(key.probability), tally))
    rest = keys[len(shown) :]
    if rest:
        share = sum(key.probability for key in rest)
        rows.append((count(len(rest), "other"), bar(share), percent(share), ""))
    lines = columns(rows, "<<><") if rows else []
    if report.agree is not None:
        lines.append(f"the LSTM and the rules {'agree' if report.agree else 'name different ones'}")
    return lines


def _held_out_lines(held: HeldOut) -> list[str]:
    if held.log_loss is None:
        return ["nothing: there is no play with a known outcome to predict"]
    how = "every fourth game" if held.how == "games" else "each play, from those before it"
    rows = [
        ("", "log loss", "right"),
        _score_row("decoder", held.log_loss, held.accuracy),
        _score_row("base rate", held.base_log_loss, held.base_accuracy),
    ]
    return [f"{how} ({count(held.plays, 'play')})", *columns(rows, "<>>")]


def _score_row(name: str, loss: float | None, right: float | None) -> tuple[str, str, str]:
    return name, "–" if loss is None else f"{loss:.3f}", "–" if right is None else percent(right)
