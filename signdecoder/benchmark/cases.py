"""Who sits in an exam: simulated coaches with their logs, and what is asked about each.

Nobody who tunes a decoder may see the coaches of the report: they are drawn from other seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.benchmark.questions import NO_QUESTIONS, Questions, draw_questions
from signdecoder.benchmark.scenarios import FAMILIES, SEEDS, Scenario
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.rules.rule import BLANK, CALLED, Rule, plays_called
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.named_log import LEVELS, OTHER_PLAYS
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import SimulatedGames, draw_changes, draw_games, start_games

Names = tuple[str, ...]

_KINDS = (NONE, STEAL, *OTHER_PLAYS)
# The root of all exams. A seed with a spawn key never meets one without, whatever the numbers:
# training and `simulate` draw from plain seeds, and each kind of exam has its own first key.
_ROOT = 0x5160_DEC0_DE12_0261_1220


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The sequences (Q,) that are asked about while one rule is in force, and which of them call.

    ``since`` is the index of the first play under that rule.
    """

    since: int
    system: Rule
    key_signs: frozenset[str]
    sequences: tuple[Names, ...]
    called: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """One coach of an exam: his log, and what is asked about each rule that he had, in order.

    ``names`` are his signals' names by their number in the rules.
    """

    number: int
    names: Names
    level: str
    noise: Noise
    log: tuple[Play, ...]
    quizzes: tuple[QuestionSet, ...]

    @property
    def family(self) -> str:
        """The kind of rule that he has."""
        return self.quizzes[-1].system.family

    def quiz_after(self, plays: int) -> QuestionSet:
        """What is asked when so many plays were seen: about the last rule that was seen at work."""
        return next((q for q in reversed(self.quizzes) if q.since < plays), self.quizzes[0])


def draw_examinee(exam: Scenario, number: int) -> Case:
    """The examinee of this number, the same each time and whoever else is drawn.

    The same number is the same coach under the same rates, with or without noise in his log.
    """
    root = np.random.SeedSequence(_ROOT, spawn_key=(SEEDS.index(exam.seeds), number))
    made, shown, asked = (np.random.default_rng(seed) for seed in root.spawn(3))
    while True:
        coach = _draw_coach(exam, number, made)
        log = _draw_log(exam, number, coach, shown)
        names = tuple(f"signal {n + 1}" for n in range(coach.habits.vocabulary))
        quizzes = draw_quizzes(exam, log, names, asked)
        if quizzes:
            plays = _flip_one(name_plays(log, names), exam.flip_within, shown)
            level = _level_of(exam, number)
            return Case(number, names, level, coach.noise, tuple(plays), quizzes)


def _draw_coach(exam: Scenario, number: int, rng: np.random.Generator) -> Coach:
    family = exam.family or FAMILIES[number % len(FAMILIES)]
    others = float(rng.choice(exam.other_rates))
    level = _level_of(exam, number)
    if level:
        where = LEVELS[level]
        return draw_coach(
            rng, where.vocabulary, where.longest,
            rate=rng.uniform(*where.steals), other_rate=others, family=family, noise=where.noise,
        )  # fmt: skip
    low, high = exam.vocabulary
    return draw_coach(
        rng, int(rng.integers(low, high + 1)), exam.width,
        rate=rng.uniform(*exam.rate), other_rate=others, family=family,
        noise=exam.noises[number // len(FAMILIES) % len(exam.noises)],
    )  # fmt: skip


def _level_of(exam: Scenario, number: int) -> str:
    """The level of an examinee: every family comes at every level."""
    return exam.levels[number // len(FAMILIES) % len(exam.levels)] if exam.levels else ""


def _draw_log(
    exam: Scenario, number: int, coach: Coach, rng: np.random.Generator
) -> SimulatedGames:
    new_game = start_games(exam.plays, exam.games)
    level = _level_of(exam, number)
    if level:
        caution = LEVELS[level].caution
        changes = draw_changes(new_game, caution, rng)
        return draw_games(coach, new_game, rng, changes=changes, fakes=caution.fakes)
    changes = (exam.change_at - 1,) if exam.change_at else ()
    return draw_games(coach, new_game, rng, changes=changes)


def draw_quizzes(
    exam: Scenario, log: SimulatedGames, names: Names, rng: np.random.Generator
) -> tuple[QuestionSet, ...]:
    """What is asked about each rule; nothing where the coach is none of this exam."""
    quizzes: list[QuestionSet] = []
    drawn: list[Questions] = []
    for reign in log.reigns:
        system = reign.coach.system
        # Where signs mean nothing there is nothing to ask about.
        questions = NO_QUESTIONS if system.family == "null" else draw_questions(reign.coach, rng)
        if questions is None or not _is_within(exam, system, questions):
            return ()
        drawn.append(questions)
        keys = frozenset(names[key] for key in system.key_signs if key >= 0)
        sequences = tuple(_name(row, names) for row in questions.sequences)
        quizzes.append(QuestionSet(reign.since, system, keys, sequences, questions.called))
    if exam.change_at and not _differ(quizzes, drawn):
        return ()
    return tuple(quizzes)


def _is_within(exam: Scenario, system: Rule, questions: Questions) -> bool:
    """Does he call the play as often as the exam has it? Not every rule lets him."""
    low, high = exam.rate
    free = exam.levels or system.family == "null"
    return bool(free) or 0.9 * low <= questions.rate <= 1.1 * high


def _differ(quizzes: Sequence[QuestionSet], drawn: Sequence[Questions]) -> bool:
    """Was there a change, and do at least half of each rule's calls mean nothing in the other?"""
    if len(quizzes) < 2:
        return False
    calls = [questions.sequences[questions.called] for questions in drawn]
    return all(
        (plays_called(quizzes[this].system, calls[other]) == CALLED).mean() <= 0.5
        for this, other in ((0, 1), (1, 0))
    )


def name_plays(log: SimulatedGames, names: Names) -> list[Play]:
    """The plays of a drawn log, its signals and games under their names."""
    games = np.cumsum(log.new_game).tolist()
    return [
        Play(_name(row, names), _KINDS[done], game=f"game {game}")
        for row, done, game in zip(log.signals, log.done, games, strict=True)
    ]


def _name(row: NDArray[np.int16], names: Names) -> Names:
    return tuple(names[signal] for signal in row.tolist() if signal != BLANK)


def _flip_one(log: list[Play], within: int, rng: np.random.Generator) -> list[Play]:
    """The log with one of the first ``within`` outcomes wrong."""
    if within:
        n = int(rng.integers(min(within, len(log))))
        log[n] = replace(log[n], outcome=NONE if log[n].outcome == STEAL else STEAL)
    return log
