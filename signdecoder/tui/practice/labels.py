"""The texts of the practice screen."""

from __future__ import annotations

from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.text import count
from signdecoder.practice.match import Match
from signdecoder.practice.rounds import LEVELS
from signdecoder.reports.phrases import outcome_name

HELP = """\
## A round

1. The coach **signs**. Enter shows the rest at once; + and - change the speed.
2. **Your guess**, from 1 (sure hold) through 3 (no idea) to 5 (sure steal).
3. **The outcome**, and the prediction that the decoder made from the same plays.

At any time, **name the key sign** by its letter: the touch that makes the others count. After that,
F4 shows the rule. After the last play you see it in any case.

## Points

Each guess scores 25 − 100 × (guess − outcome)². A sure guess scores about +25 if it is right and
−65 if it is wrong; "no idea" scores 0. So say what you really think.

**You win** if you have the right key sign at the end, and either found it no later than the decoder
or have more points. The next round is then one level harder. The decoder has found the key sign
once it gives it at least 50% and never changes its mind.

The coach is simulated, and nothing is saved. The same level and seed give the same round.
"""
GUESSES = (
    "sure hold",
    "hold",
    "no idea",
    "steal",
    "sure steal",
)  # in the order of GUESS_PROBABILITIES


def format_points(points: float) -> str:
    """Return points as a whole number with a sign."""
    return f"{round(points):+d}".replace("-", "−").replace("+0", "0")


def format_outcome(outcome: str) -> str:
    """Return the outcome as a sentence."""
    if outcome == STEAL:
        return "Steal!"
    if outcome == NONE:
        return "No steal."
    return f"No steal: {outcome_name(outcome)}."


def format_points_of_both(match: Match) -> str:
    """Return the points of both players."""
    student, decoder = match.student, match.decoder
    return f"you {format_points(student.points)} · decoder {format_points(decoder.points)}"


def format_start(level: int, seed: int) -> list[tuple[str, str]]:
    """Return the text before a round: paragraphs, each with its style."""
    return [
        ("", "A simulated coach gives signs. Guess for each play whether it means steal, and find "
             "the key sign before the decoder does."),
        ("", ""),
        ("bold", f"Level {level} of {len(LEVELS)}   ·   seed {seed}"),
        ("$secondary", LEVELS[level - 1].words),
    ]  # fmt: skip


def format_end(match: Match) -> list[tuple[str, str]]:
    """Return the text after a round: rule, key sign, score, and the command to repeat it."""
    round_ = match.round
    key = " or ".join(dict.fromkeys(round_.key_signs))
    return [
        ("bold $accent", round_.rule),
        ("", f"Key sign: {key}, {_found('you', match.student_found_at)}, "
             f"{_found('the decoder', match.decoder_found_at)}."),
        ("", f"Correct: you {match.student.right}, decoder {match.decoder.right} of "
             f"{match.decoder.plays}. Points: {format_points_of_both(match)}."),
        ("bold $success" if match.student_won else "bold", _verdict(match)),
        ("$secondary", f"Repeat this round: {round_.command}"),
    ]  # fmt: skip


def _found(who: str, since: int | None) -> str:
    """Return when a player found the key sign."""
    return f"found by {who} after {count(since, 'play')}" if since else f"not found by {who}"


def _verdict(match: Match) -> str:
    """Return who wins, and why."""
    level = match.round.level
    if match.student_won:
        return (
            f"You win! Next: level {level + 1}."
            if level < len(LEVELS)
            else "You win the top level!"
        )
    if match.student_found_at is None:
        return "The decoder wins. Name the right key sign to win."
    return "The decoder wins. It found the key sign first and has more points."
