"""What the practice screen says: words and short lines."""

from __future__ import annotations

from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.text import count
from signdecoder.practice.match import CHANCES, Match
from signdecoder.practice.rounds import LEVELS
from signdecoder.reports.phrases import outcome_name

HELP = """\
## A round

1. The coach **signs**. Enter shows what is still to come; + and - change how fast he is.
2. **Your guess**, from 1 (surely hold) over 3 (no idea) to 5 (surely steal).
3. **What came**, and what the decoder had said by the same plays as you.

Any time, **name the key sign** by its letter: what makes the other signals count. F4 tells the rule
once you have named one; after the last play it is told in any case.

## Points

25 - 100 × (what you said - what came)², so +25 for surely right, 0 for no idea, −65 for surely
wrong: say what you think. **You win** if your key sign is right at the end, and you had it no later
than the decoder or have more points. Then the next round is a level harder. The decoder has it
from the play on after which it gives it an even chance or more, and stays right.

The coach is simulated. Nothing is kept: the level and the seed give the same round again.
"""
GUESSES = ("sure hold", "hold", "no idea", "steal", "sure steal")  # in the order of CHANCES


def guess_word(chance: float) -> str:
    """A guess as a word; what lies between them as steal or hold."""
    if chance in CHANCES:
        return GUESSES[CHANCES.index(chance)]
    return "steal" if chance > 0.5 else "hold"


def points_word(points: float) -> str:
    """Points as they are shown: whole, and with a sign."""
    return f"{round(points):+d}".replace("-", "−").replace("+0", "0")


def came_words(outcome: str) -> str:
    """What came, as a sentence."""
    if outcome == STEAL:
        return "He stole."
    if outcome == NONE:
        return "Nothing came: no steal."
    return f"A {outcome_name(outcome)}: no steal."


def score_words(contest: Match) -> str:
    """Both scores in a few columns."""
    student, decoder = contest.student, contest.decoder
    return f"you {points_word(student.points)} · decoder {points_word(decoder.points)}"


def start_words(level: int, seed: int) -> list[tuple[str, str]]:
    """What this is, the level and the seed: paragraphs, each with its style."""
    return [
        ("", "A simulated coach signs. Say of each play whether he calls a steal, as the "
             "decoder does, and find his key sign, which makes others count."),
        ("", ""),
        ("bold", f"Level {level} of {len(LEVELS)}   ·   seed {seed}"),
        ("$secondary", LEVELS[level - 1].words),
    ]  # fmt: skip


def end_words(contest: Match) -> list[tuple[str, str]]:
    """The rule, who had it when, the score, and how to play this again: paragraphs with styles."""
    played = contest.round
    key = " or ".join(dict.fromkeys(played.key_signs))
    return [
        ("bold $accent", played.rule),
        ("", f"Key sign: {key}, {_found('you', contest.student_had_it)}, "
             f"{_found('the decoder', contest.decoder_had_it)}."),
        ("", f"Right: you {contest.student.right}, the decoder {contest.decoder.right} of "
             f"{contest.decoder.plays}. Points: {score_words(contest)}."),
        ("bold $success" if contest.is_won else "bold", _verdict(contest)),
        ("$secondary", f"This round again: {played.command}"),
    ]  # fmt: skip


def _found(who: str, since: int | None) -> str:
    return f"found by {who} after {count(since, 'play')}" if since else f"not found by {who}"


def _verdict(contest: Match) -> str:
    level = contest.round.level
    if contest.is_won:
        after = f"on to level {level + 1}" if level < len(LEVELS) else "there is no higher level"
        return f"You win: {after}."
    if contest.student_had_it is None:
        return "The decoder wins: only who names the key sign can win."
    return "The decoder wins: it had the key sign sooner, and more points."
