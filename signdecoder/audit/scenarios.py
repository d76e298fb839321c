"""Simulated seasons of one coach: the same habits each time, with one thing changed.

The calls stay the same, too, except when the key sign changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.audit.coach_spec import MAX_VOCABULARY, CoachSpec
from signdecoder.audit.interventions import INTERVENTIONS
from signdecoder.audit.natural_accuracy import natural_weights
from signdecoder.benchmark.cases import Case, draw_question_sets, name_plays
from signdecoder.benchmark.questions import draw_questions
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import percent
from signdecoder.simulation.behaviour import Behaviour, draw_habits
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.sampling import draw_hider
from signdecoder.simulation.seasons import Regime, play_regimes, start_games

UNCHANGED = ""  # the name of a season without an intervention
_KEY = 3  # of the seeds; the scenarios of the benchmark have 0 and 1 under their own root
_MAX_TRIES = 60


@dataclass(frozen=True, slots=True)
class SeasonReplay(Scenario):
    """Seasons that are only compared: the opponents are asked after every second play."""

    def asks_after(self, plays: int) -> bool:
        """Return True if the opponents are asked after this many plays."""
        return plays % 2 == 0


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """The seasons to simulate, each with the name of an intervention or UNCHANGED, and a number."""

    spec: CoachSpec
    seed: int
    seasons: tuple[tuple[str, int], ...]

    def scenario(self, plays: int) -> Scenario:
        """Return all seasons as a scenario with this many plays each."""
        spec = self.spec
        kind = SeasonReplay if any(change != UNCHANGED for change, _ in self.seasons) else Scenario
        return kind(
            "audit",
            coaches=len(self.seasons),
            family=spec.rule.family,
            vocabulary=(spec.vocabulary or spec.fewest, spec.vocabulary or MAX_VOCABULARY),
            rate=(0.0, 1.0),  # the rate was checked when the habits were drawn
            other_rates=(sum(spec.rates[1:]),),
            plays=plays,
            width=spec.width,
        )


def draw_season_coach(spec: CoachSpec, seed: int, season: int) -> Coach:
    """Draw the coach of a season: the rule and rates of the spec, and habits that fit it.

    Raises SigndecoderError if no habits give the sign as often as the spec says.
    """
    rng = _rng(seed, season, 0)
    rate = spec.rates[0]
    for _ in range(_MAX_TRIES):
        coach = draw_hider(rng, spec.rule, _draw_habits(spec, rng), spec.rates)
        if coach is None:
            continue
        coach = _with_own_habits(coach, spec)
        questions = draw_questions(coach, rng)
        if questions and 0.9 * rate <= questions.rate <= 1.1 * rate:
            return coach
    raise SigndecoderError(
        f"with these signs, a steal cannot be called in {percent(rate)} of the plays",
        "give longer sequences with --length, or change --steals",
    )


def draw_season(plan: ScenarioPlan, scenario: Scenario, number: int) -> Case:
    """Draw the season of this number of the plan, as a case of the scenario."""
    change, season = plan.seasons[number]
    regimes = draw_regimes(plan, scenario.plays, number)
    log_rng, question_rng, name_rng = (_rng(plan.seed, season, part) for part in (1, 2, 4))
    games = 1 if change == UNCHANGED else INTERVENTIONS[change].games(scenario.plays)
    log = play_regimes(regimes, start_games(scenario.plays, games), log_rng)
    # Shuffle the names, so that their alphabetical order does not depend on the rule.
    order = name_rng.permutation(regimes[0].coach.habits.vocabulary)
    names = tuple(f"signal {n + 1:02}" for n in order)
    question_sets = draw_question_sets(scenario, log, names, question_rng)
    if not question_sets:
        raise SigndecoderError("there are too few steals to test these signs", "change --steals")
    return Case(number, names, "", Noise(), tuple(name_plays(log, names)), question_sets)


def draw_regimes(plan: ScenarioPlan, plays: int, number: int) -> tuple[Regime, ...]:
    """Draw the coach of the season of this number, with its intervention."""
    change, season = plan.seasons[number]
    coach = draw_season_coach(plan.spec, plan.seed, season)
    if change == UNCHANGED:
        return (Regime(0, coach),)
    return INTERVENTIONS[change].apply(coach, plays, _rng(plan.seed, season, 3))


def draw_weights(plan: ScenarioPlan, case: Case) -> tuple[NDArray[np.float64], ...]:
    """Return the weights that make a season's questions match the coach's natural plays."""
    _, season = plan.seasons[case.number]
    regimes = draw_regimes(plan, len(case.log), case.number)
    return natural_weights(case, regimes, _rng(plan.seed, season, 5))


def _rng(seed: int, season: int, part: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_KEY, season, part)))


def _draw_habits(spec: CoachSpec, rng: np.random.Generator) -> Behaviour:
    if spec.source:
        habits = spec.source.habits
    else:
        most = max(MAX_VOCABULARY, spec.fewest)
        vocabulary = spec.vocabulary or int(rng.integers(spec.fewest, most + 1))
        habits = draw_habits(rng, vocabulary, spec.width, phrase_rate=spec.rates[0])
    return habits if spec.length is None else _with_length(habits, spec.length)


def _with_length(habits: Behaviour, length: float) -> Behaviour:
    spread = min(habits.length_spread, length / 3)
    return replace(habits, mean_length=length, length_spread=spread, shortest=1)


def _with_own_habits(coach: Coach, spec: CoachSpec) -> Coach:
    """Return the coach with what is known of the audited coach in place of what was drawn."""
    if spec.source:
        coach = replace(
            coach,
            near_miss_rate=0.0,
            dummy_rate=spec.source.dummy_rate,
            decoys=(),
            decoy_rates=(),
            calling=spec.source.calling,
        )
    if spec.call_length is not None:
        coach = replace(coach, calling=_with_length(coach.habits, spec.call_length))
    return coach
