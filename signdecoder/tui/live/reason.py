"""One plain sentence that says why a sequence is predicted as it is."""

from __future__ import annotations

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.core.text import printable
from signdecoder.decoder.prediction import HOLD, Prediction
from signdecoder.reports.phrases import missed_notes, moment_notes, outcome_name


def format_reason(prediction: Prediction, summary: CoachSummary) -> str:
    """Return the sentence, or nothing if there is no rule to name."""
    notes = [
        *missed_notes(prediction, all_plays=True),
        *moment_notes(prediction, summary.context_needed),
    ]
    if notes:
        return f"{notes[0][0].upper()}{notes[0][1:]}."
    if other := prediction.other_play:
        return f"They show the sign for {outcome_name(other)}."
    rule = summary.rules[0] if summary.rules and summary.has_rule else None
    if rule is None or not prediction.decides:
        return ""
    call, where, play = printable(rule.call), printable(rule.where), outcome_name(prediction.play)
    calls = bool(rule.calls([prediction.signals])[0])
    if calls and prediction.verdict == prediction.play:
        return f"{call} came {where}. That is their {play} sign."
    if not calls and prediction.verdict == HOLD:
        return f"No {call} {where}. That would be their {play} sign."
    return f"Their likeliest rule: {printable(rule.words)}."
