"""What the live screen says: words and short lines, safe to show."""

from __future__ import annotations

from math import isnan

from signdecoder.analysis.coach_summary import CoachSummary
from signdecoder.analysis.running_score import RunningScore
from signdecoder.core.outcomes import STEAL, UNKNOWN
from signdecoder.core.text import count, percent, printable
from signdecoder.decoder.prediction import Prediction
from signdecoder.reports.phrases import format_calls_to_go, format_tally, outcome_name
from signdecoder.session.training_process import BackgroundTraining

# The key of each outcome; every other outcome is given by name.
OUTCOME_KEYS: dict[str, str] = {
    "s": STEAL, "n": "none", "b": "bunt", "h": "hit_and_run",
    "q": "squeeze", "t": "take", "u": UNKNOWN,
}  # fmt: skip
OTHER_KEY = "o"


def verdict_words(prediction: Prediction) -> str:
    """The verdict as it is shouted: STEAL, HOLD, NOT ENOUGH PLAYS."""
    return outcome_name(prediction.verdict).upper()


def outcome_words(outcome: str) -> str:
    """An outcome as a player says it."""
    return "nothing" if outcome == "none" else outcome_name(outcome)


def fixed_percent(share: float) -> str:
    """A share in a column that keeps its width."""
    return percent(share).rjust(5)


def mark_of(prediction: Prediction, outcome: str) -> str:
    """Whether the verdict came true: a tick, a cross, or a dot where there was none to judge."""
    true = prediction.came_true(outcome)
    return "·" if true is None else "✓" if true else "✗"


def behind_words(standing: CoachSummary) -> str:
    """How much is behind what is said, and about how much more it takes."""
    tally = format_tally(standing.n_plays, standing.n_called, standing.play)
    if standing.cracked:
        return f"{tally} · cracked"
    if standing.calls_to_go:
        return f"{tally} · {format_calls_to_go(standing.calls_to_go, standing.play)}"
    return tally


def score_words(score: RunningScore) -> str:
    """How the last plays went: how many verdicts were right, and the log loss in nats."""
    parts = [f"{score.right}/{score.judged} right"] if score.judged else []
    parts += [f"log loss {score.log_loss:.2f}"] if not isnan(score.log_loss) else []
    return " · ".join(parts)


def training_words(training: BackgroundTraining) -> str:
    """How far a training is, or how it ended."""
    if not training.runs:
        return training.said or f"the training ended with status {training.status}"
    progress = training.progress
    if progress is None:
        return training.said or "starting …"
    return f"step {progress.step} of at most {progress.steps} · loss {progress.loss:.3f}"


def rule_words(standing: CoachSummary) -> tuple[str, str]:
    """The likeliest rule in words, and its rival: empty where there is none to tell of."""
    if not standing.rules or not standing.finds_rule:
        return "", ""
    best = standing.rules[0]
    rule = f"{printable(best.words)} ({percent(best.probability)})"
    rivals = [r for r in standing.rules[1:] if r.plain_words != best.plain_words]
    if not rivals:
        return rule, ""
    return rule, f"next: {printable(rivals[0].words)} ({percent(rivals[0].probability)})"


def waiting_words(standing: CoachSummary | None, play: str) -> str:
    """What is said where there is no verdict."""
    name = outcome_name(play)
    if standing is None or not standing.n_called:
        return f"no {name} seen yet"
    seen = f"seen {count(standing.n_called, name)}"
    return (
        f"{seen}: {format_calls_to_go(standing.calls_to_go, play)}"
        if standing.calls_to_go
        else seen
    )
