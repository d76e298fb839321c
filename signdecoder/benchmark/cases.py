"""The cases of a scenario: simulated coaches with their logs, and the questions about each.

The coaches of the report must stay unseen while a decoder is tuned, so tuning and reporting draw
from different seeds.
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
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    Rule,
)
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.named_log import LEVELS, OTHER_PLAYS
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import SimulatedGames, draw_changes, draw_games, start_games

Names = tuple[str, ...]

_OUTCOMES = (NONE, STEAL, *OTHER_PLAYS)
# The root seed of all scenarios. A seed with a spawn key never equals one without, whatever the
# numbers: training and `simulate` draw from plain seeds, and each kind of scenario has its own
# first key.
_ROOT = 0x5160_DEC0_DE12_0261_1220


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The sequences (Q,) asked about while one rule is in force, and which of them call the play.

    ``since`` is the index of the first play under that rule.
    """

    since: int
    rule: Rule
    key_signs: frozenset[str]
    sequences: tuple[Names, ...]
    called_mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated coach: the log, and a question set for each of the coach's rules, in order.

    ``names`` are the names of the signals, by their number in the rules.
    """

    number: int
    names: Names
    level: str
    noise: Noise
    log: tuple[Play, ...]
    question_sets: tuple[QuestionSet, ...]

    @property
    def family(self) -> str:
        """The family of the coach's last rule."""
        return self.question_sets[-1].rule.family

    def questions_after(self, n_seen: int) -> QuestionSet:
        """Return the questions after this many plays: about the last rule that was in force."""
        in_force = (q for q in reversed(self.question_sets) if q.since < n_seen)
        return next(in_force, self.question_sets[0])


def draw_case(scenario: Scenario, number: int) -> Case:
    """Draw the case of this number; it does not depend on how many cases are drawn.

    The same number is the same coach at the same rates, with or without noise in the log.
    """
    root = np.random.SeedSequence(_ROOT, spawn_key=(SEEDS.index(scenario.seeds), number))
    coach_rng, log_rng, question_rng = (np.random.default_rng(seed) for seed in root.spawn(3))
    while True:
        coach = _draw_coach(scenario, number, coach_rng)
        log = _draw_log(scenario, number, coach, log_rng)
        names = tuple(f"signal {n + 1}" for n in range(coach.habits.vocabulary))
        question_sets = draw_question_sets(scenario, log, names, question_rng)
        if question_sets:
            plays = _flip_one(name_plays(log, names), scenario.flip_within, log_rng)
            level = _level_of(scenario, number)
            return Case(number, names, level, coach.noise, tuple(plays), question_sets)


def _draw_coach(scenario: Scenario, number: int, rng: np.random.Generator) -> Coach:
    family = scenario.family or FAMILIES[number % len(FAMILIES)]
    other_rate = float(rng.choice(scenario.other_rates))
    level = _level_of(scenario, number)
    if level:
        where = LEVELS[level]
        return draw_coach(
            rng, where.vocabulary, where.longest,
            rate=rng.uniform(*where.steals), other_rate=other_rate, family=family,
            noise=where.noise,
        )  # fmt: skip
    low, high = scenario.vocabulary
    return draw_coach(
        rng, int(rng.integers(low, high + 1)), scenario.width,
        rate=rng.uniform(*scenario.rate), other_rate=other_rate, family=family,
        noise=scenario.noises[number // len(FAMILIES) % len(scenario.noises)],
    )  # fmt: skip


def _level_of(scenario: Scenario, number: int) -> str:
    """Return the level of a case; every family comes at every level."""
    levels = scenario.levels
    return levels[number // len(FAMILIES) % len(levels)] if levels else ""


def _draw_log(
    scenario: Scenario, number: int, coach: Coach, rng: np.random.Generator
) -> SimulatedGames:
    new_game = start_games(scenario.plays, scenario.games)
    level = _level_of(scenario, number)
    if level:
        change_policy = LEVELS[level].change_policy
        changes = draw_changes(new_game, change_policy, rng)
        return draw_games(
            coach, new_game, rng, changes=changes, p_fake_game=change_policy.p_fake_game
        )
    changes = (scenario.change_at - 1,) if scenario.change_at else ()
    return draw_games(coach, new_game, rng, changes=changes)


def draw_question_sets(
    scenario: Scenario, log: SimulatedGames, names: Names, rng: np.random.Generator
) -> tuple[QuestionSet, ...]:
    """Draw the questions about each rule; none if the coach does not fit the scenario."""
    question_sets: list[QuestionSet] = []
    drawn: list[Questions] = []
    for regime in log.regimes:
        rule = regime.coach.rule
        # There is nothing to ask about signs without meaning.
        questions = NO_QUESTIONS if rule.is_null else draw_questions(regime.coach, rng)
        if questions is None or not _fits(scenario, rule, questions):
            return ()
        drawn.append(questions)
        keys = frozenset(names[key] for key in rule.key_signs if key >= 0)
        sequences = tuple(_name(row, names) for row in questions.sequences)
        question_sets.append(
            QuestionSet(regime.since, rule, keys, sequences, questions.called_mask)
        )
    if scenario.change_at and not _differ(question_sets, drawn):
        return ()
    return tuple(question_sets)


def _fits(scenario: Scenario, rule: Rule, questions: Questions) -> bool:
    """Return True if the play is called about as often as the scenario says; some rules cannot."""
    low, high = scenario.rate
    any_rate = scenario.levels or rule.is_null
    return bool(any_rate) or 0.9 * low <= questions.rate <= 1.1 * high


def _differ(question_sets: Sequence[QuestionSet], drawn: Sequence[Questions]) -> bool:
    """Return True if there are two rules, and each calls at most half of the other's calls."""
    if len(question_sets) < 2:
        return False
    calls = [questions.sequences[questions.called_mask] for questions in drawn]
    return all(
        (plays_called(question_sets[this].rule, calls[other]) == CALLED).mean() <= 0.5
        for this, other in ((0, 1), (1, 0))
    )


def name_plays(log: SimulatedGames, names: Names) -> list[Play]:
    """Return the plays of a simulated log with named signals and games."""
    games = np.cumsum(log.new_game).tolist()
    return [
        Play(_name(row, names), _OUTCOMES[done], game=f"game {game}")
        for row, done, game in zip(log.signals, log.done, games, strict=True)
    ]


def _name(row: NDArray[np.int16], names: Names) -> Names:
    return tuple(names[signal] for signal in row.tolist() if signal != BLANK)


def _flip_one(log: list[Play], within: int, rng: np.random.Generator) -> list[Play]:
    """Return the log with one of the first ``within`` outcomes wrong."""
    if within:
        n = int(rng.integers(min(within, len(log))))
        log[n] = replace(log[n], outcome=NONE if log[n].outcome == STEAL else STEAL)
    return log
