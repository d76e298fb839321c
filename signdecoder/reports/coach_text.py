"""Predictions and reports as plain text; the first line of a paragraph is its headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signdecoder.core.shares import UNKNOWN_SHARE
from signdecoder.core.text import bar, columns, count, percent
from signdecoder.decoder.prediction import LIKELY
from signdecoder.decoder.verdict import CRACKED
from signdecoder.reports.definitions import HELD_OUT_TERMS, REPORT_TERMS, format_definitions
from signdecoder.reports.explained import describe_record
from signdecoder.reports.phrases import (
    advice_without_call,
    format_calls_to_go,
    format_chances,
    format_kinds,
    format_prediction,
    format_tally,
    missed_notes,
    moment_notes,
)
from signdecoder.reports.sign_card import format_card

if TYPE_CHECKING:
    from signdecoder.analysis.coach_summary import CoachSummary
    from signdecoder.analysis.holdout import HeldOut
    from signdecoder.analysis.permutation import PermutationTest
    from signdecoder.bayes.online import ChangePoint
    from signdecoder.core.contexts import ContextKind
    from signdecoder.decoder.prediction import KeySign, Prediction
    from signdecoder.decoder.ranked_rule import NamedRule
    from signdecoder.reports.coach_report import CoachReport

_MOST_KEY_SIGNS = 6  # with a line of their own
_LEAST_KEY_SIGN = 0.01  # probability of a key sign with a line of its own
_MOST_RULES = 3
_LEAST_RIVAL = 0.02  # probability of a rule that is still possible
_MOST_CHANGES = 5  # with a line of their own


def format_query(
    coach: str,
    prediction: Prediction,
    plays: int,
    called: int,
    key_signs: Sequence[KeySign],
    calls_to_go: int | None = None,
    context_needed: ContextKind | None = None,
    *,
    all_plays: bool = False,
) -> str:
    """Format the answer of ``signdecoder query``: verdict, coach, key sign.

    Parameters
    ----------
    coach : str
        The coach's name.
    prediction : Prediction
        The prediction of the sequence.
    plays, called : int
        How many plays the decoder has read, and how many of them were the called play.
    key_signs : sequence of KeySign
        The key signs, best first.
    calls_to_go : int, optional
        About how many more called plays it takes to crack the coach.
    context_needed : ContextKind, optional
        What the coach's rule depends on.
    all_plays : bool, optional
        Whether to name the likeliest play and the chances of all of them, where there are several.

    Returns
    -------
    str
        Two to five lines.
    """
    tally = format_tally(plays, called, prediction.play)
    answer = format_prediction(prediction, plays, all_plays=all_plays)
    lines = [f"{answer}   {coach} · {tally}"]
    if all_plays and len(prediction.chances) > 2:
        lines.append(f"all plays: {format_chances(prediction.chances)}")
    if key_signs and called:
        lines.append(f"key sign: {key_signs[0].sign} ({percent(key_signs[0].probability)})")
    notes = missed_notes(prediction, all_plays=all_plays) + moment_notes(prediction, context_needed)
    if not called:
        lines.append(advice_without_call(prediction.play))
    elif not prediction.decides and not notes and not (all_plays and prediction.other_play):
        lines.append(_advice_to_wait(prediction.play, calls_to_go))
    return "\n".join(lines + notes)


def _advice_to_wait(play: str, calls_to_go: int | None) -> str:
    advice = "Too little is known about these signals. Log more plays with their outcomes."
    return f"{advice} {format_calls_to_go(calls_to_go, play)}." if calls_to_go else advice


def format_reports(reports: Sequence[CoachReport], *, details: bool = False) -> str:
    """Format the report on each coach, one paragraph each.

    Parameters
    ----------
    reports : sequence of CoachReport
        The reports.
    details : bool, optional
        Whether to add statistics and what they mean.

    Returns
    -------
    str
        The paragraphs; definitions come last.
    """
    paragraphs = ["\n".join(_coach_lines(report, details)) for report in reports]
    if details:
        trained = any(report.held_out for report in reports)
        terms = REPORT_TERMS | (HELD_OUT_TERMS if trained else {})
        paragraphs.append("\n".join(format_definitions(terms)))
    return "\n\n".join(paragraphs)


def _coach_lines(report: CoachReport, details: bool) -> list[str]:
    summary = report.summary
    state = "cracked" if summary.cracked else "not cracked yet"
    tally = format_tally(summary.n_plays, summary.n_called, summary.play)
    tally += format_kinds(summary.called_as, summary.play)
    sections = [
        ("card", format_card(report.card)),
        ("rule", _rule_lines(summary)),
        ("explains", describe_record(summary)),
        ("key sign", _key_sign_lines(summary, details)),
        ("changed", _change_lines(summary.changes)),
        ("expected", _expectation_lines(summary)),
        ("unknown", _unknown_lines(summary, details)),
        ("luck", format_chance(report.chance, summary.n_plays, details=details)),
        ("held out", _held_out_lines(report.held_out, details) if report.held_out else []),
        ("note", list(report.notes)),
    ]
    return [
        f"{summary.coach} · {state} · {tally}",
        *(
            f"  {label if n == 0 else '':<10}{line}"
            for label, body in sections
            for n, line in enumerate(body)
        ),
    ]


def _rule_lines(summary: CoachSummary) -> list[str]:
    if not summary.n_called:
        return []
    if summary.rule is None:
        return [explain_no_rule(summary)]
    rules = [summary.rule, *open_rivals(summary)]
    return columns([(percent(rule.probability), rule.words) for rule in rules], "><")


def explain_no_rule(summary: CoachSummary) -> str:
    """Say why no rule is reported.

    Parameters
    ----------
    summary : CoachSummary
        The summary of a coach without a rule.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    unknown = summary.unknown_rule_probability
    if unknown >= LIKELY:
        return (
            f"none of the known kinds of rule fits ({percent(unknown)}): too much of what is called"
            " stays unexplained"
        )
    nothing = summary.no_rule_probability or 0.0
    if nothing >= LIKELY:
        return f"no rule found: these signs may be meaningless ({percent(nothing)})"
    if summary.is_uninformative:
        return "no rule found: these signs barely predict the play"
    return "no rule fits the plays yet"


def open_rivals(summary: CoachSummary) -> list[NamedRule]:
    """List the other rules that are still possible, best first.

    Parameters
    ----------
    summary : CoachSummary
        The summary of a coach.

    Returns
    -------
    list of NamedRule
        At most two rules.
    """
    return [rule for rule in summary.rules[1:_MOST_RULES] if rule.probability >= _LEAST_RIVAL]


def _key_sign_lines(summary: CoachSummary, details: bool) -> list[str]:
    if not summary.n_called:
        return [advice_without_call(summary.play, summary.outcomes)]
    keys = summary.key_signs
    likely = max(1, sum(key.probability >= _LEAST_KEY_SIGN for key in keys))
    likely_keys = keys[: min(_MOST_KEY_SIGNS, likely)]
    rows = []
    for key in likely_keys:
        plays, called = summary.evidence.get(key.sign, (0, 0))
        tally = format_tally(plays, called, summary.play, none="no {}")
        rows.append((key.sign, bar(key.probability), percent(key.probability), tally))
    rest = keys[len(likely_keys) :]
    if rest:
        share = sum(key.probability for key in rest)
        rows.append((count(len(rest), "other"), bar(share), percent(share), ""))
    lines = columns(rows, "<<><") if rows else []
    if summary.agree is False:
        lines.append("the network and the rule engine name different key signs")
    elif summary.agree and details:
        lines.append("the network and the rule engine name the same key sign")
    return lines


def _change_lines(changes: Sequence[ChangePoint]) -> list[str]:
    """Describe the last changes of signs, and count those before."""
    lines = [format_change(change) for change in changes[-_MOST_CHANGES:]]
    earlier = len(changes) - len(lines)
    return [*([f"{count(earlier, 'earlier change')}"] if earlier else []), *lines]


def format_change(change: ChangePoint) -> str:
    """Format a change of signs, such as ``new signs from play 41: key sign cap → belt``.

    If the coach comes back to earlier signs: ``from play 41 the signs of plays 1 to 20 again``.

    Parameters
    ----------
    change : ChangePoint
        The change.

    Returns
    -------
    str
        A phrase without a capital and full stop.
    """
    if change.returns_to:
        first, last = change.returns_to[0] + 1, change.returns_to[1]
        text = f"from play {change.play + 1} the signs of plays {first} to {last} again"
    else:
        text = f"new signs from play {change.play + 1}"
    if change.before and change.after and change.before != change.after:
        text += f": key sign {change.before} → {change.after}"
    return text


def _expectation_lines(summary: CoachSummary) -> list[str]:
    if summary.expected_accuracy is None:
        return []
    lines = [f"{percent(summary.expected_accuracy)} of predictions right"]
    without_rule = max(summary.no_rule_probability or 0.0, summary.unknown_rule_probability)
    hopeless = summary.is_uninformative or without_rule >= LIKELY
    # What keeps a coach from being cracked whose plays are predicted well is the rule, not plays.
    lacks_rule = summary.rule is None and summary.expected_accuracy >= CRACKED
    if summary.calls_to_go and not hopeless and not lacks_rule:
        lines.append(f"{format_calls_to_go(summary.calls_to_go, summary.play)}.")
    return lines


def _unknown_lines(summary: CoachSummary, details: bool) -> list[str]:
    """Say how likely a rule of no known kind is, in detail or if its share was given."""
    if not summary.n_called or not (details or summary.unknown_share != UNKNOWN_SHARE):
        return []
    p, share = percent(summary.unknown_rule_probability), percent(summary.unknown_share)
    return [f"a rule of no known kind: {p} (before the first play {share})"]


def format_chance(test: PermutationTest | None, plays: int, *, details: bool = False) -> list[str]:
    """Format whether the pattern could be chance.

    Parameters
    ----------
    test : PermutationTest or None
        The permutation test; None if there was nothing to shuffle.
    plays : int
        How many plays the coach has.
    details : bool, optional
        Whether to add the p-value.

    Returns
    -------
    list of str
        One line or none.
    """
    if test is None:
        return []
    text = "not luck" if test.is_unlikely else "could still be luck"
    if details:
        text += (
            f": {test.n_as_good} of {test.n_shuffles} shuffles fit as well (p = {test.p_value:.3f})"
        )
        if test.is_cut_short and plays > test.n_plays:
            text += f", on the last {test.n_plays} plays"
    return [text]


def _held_out_lines(held: HeldOut, details: bool) -> list[str]:
    if held.accuracy is None or held.base_accuracy is None:
        return ["no play with a known outcome to predict"]
    games = "games held out in turn" if held.how == "games" else "each predicted from earlier plays"
    line = (
        f"{percent(held.accuracy)} of {count(held.plays, 'play')} right, {games}"
        f" (base rate alone: {percent(held.base_accuracy)})"
    )
    if not details:
        return [line]
    loss, base = _format_loss(held.log_loss), _format_loss(held.base_log_loss)
    return [line, f"log loss {loss} (base rate alone: {base})"]


def _format_loss(loss: float | None) -> str:
    return "–" if loss is None else f"{loss:.2f}"
