"""The texts and keys of the live screen. All texts are safe to show."""

from __future__ import annotations

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.analysis.running_score import RunningScore
from signdecoder.core.outcomes import STEAL, UNKNOWN
from signdecoder.core.progress import about
from signdecoder.core.text import count, percent, printable
from signdecoder.decoder.prediction import Prediction
from signdecoder.reports.phrases import (
    count_play,
    format_calls_to_go,
    format_tally,
    outcome_name,
    verdict_name,
)
from signdecoder.session.training_process import BackgroundTraining

BY_NAME = "by name"
# The other plays that are offered by digit; the rest are entered by name.
_OTHERS = ("bunt", "hit_and_run", "squeeze", "take", "double_steal", "caught_stealing")
_MOST_OTHERS = 7


def list_other_plays(play: str) -> dict[str, str]:
    """Return the outcomes besides the called play and nothing, by their digit."""
    others = [name for name in (STEAL, *_OTHERS) if name != play][:_MOST_OTHERS]
    digits = {str(digit): name for digit, name in enumerate(others, 1)}
    return digits | {"9": BY_NAME, "0": UNKNOWN}


def outcome_words(play: str) -> tuple[str, str]:
    """Return what Space and Enter record, as people say it."""
    return ("stole", "stayed") if play == STEAL else (outcome_label(play), "nothing")


def format_verdict(prediction: Prediction, n_plays: int) -> str:
    """Return the verdict in capitals: STEAL, HOLD, CAN'T TELL YET or NO CLEAR READ."""
    return verdict_name(prediction.verdict, n_plays).upper()


def outcome_label(outcome: str) -> str:
    """Return an outcome as players call it."""
    return "nothing" if outcome == "none" else outcome_name(outcome)


def fixed_percent(share: float) -> str:
    """Return a percentage of fixed width, for columns."""
    return percent(share).rjust(4)


def format_mark(prediction: Prediction, outcome: str) -> str:
    """Return a tick if the verdict came true, a cross if it did not, or a dot if there was none."""
    correct = prediction.came_true(outcome)
    return "·" if correct is None else "✓" if correct else "✗"


def format_tally_line(summary: CoachSummary) -> str:
    """Return how many plays were logged, and how far the decoder is."""
    tally = format_tally(summary.n_plays, summary.n_called, summary.play)
    if summary.cracked:
        return f"{tally} · cracked"
    if summary.calls_to_go:
        return f"{tally}. {format_calls_to_go(summary.calls_to_go, summary.play)}."
    return tally


def format_score(score: RunningScore) -> str:
    """Return how many of the last verdicts were correct."""
    if not score.judged:
        return ""
    return f"last {count(score.judged, 'play')}: {score.right} called right"


def format_training(training: BackgroundTraining) -> str:
    """Return the progress of a training, or how it ended."""
    if not training.is_running:
        return training.message or f"Training failed (status {training.status})."
    progress = training.progress
    if progress is None:
        return training.message or "Starting …"
    left = about(progress.seconds_left)
    return (
        f"step {progress.step} of at most {progress.steps} · loss {progress.loss:.3f} · {left} left"
    )


def format_rules(summary: CoachSummary) -> tuple[str, str]:
    """Return the likeliest rule and its rival; empty where there is none."""
    if not summary.rules or not summary.has_rule:
        return "", ""
    best = summary.rules[0]
    rule = f"{printable(best.words)} ({percent(best.probability)})"
    rivals = [r for r in summary.rules[1:3] if r.plain_words != best.plain_words]
    if not rivals:
        return rule, ""
    return rule, f"or: {printable(rivals[0].words)} ({percent(rivals[0].probability)})"


def format_reading(n_plays: int, n_read: int) -> str:
    """Return how far the decoder has read a log, empty if there is none to read."""
    if not n_plays:
        return ""
    read = f" · {percent(n_read / n_plays)}, answers are from these so far" if n_read else ""
    return f"Reading {count(n_plays, 'play')} …{read}"


def format_waiting(
    summary: CoachSummary | None, play: str, n_unread: int = 0, n_read: int = 0
) -> str:
    """Return what to say where there is no prediction."""
    if summary is None:
        return format_reading(n_unread, n_read)
    if not summary.n_called:
        return f"no {outcome_name(play)} logged yet"
    if summary.calls_to_go:
        return f"{format_calls_to_go(summary.calls_to_go, play)}."
    return f"{count_play(summary.n_called, play)} logged"
