"""Simulated seasons of one coach: the same hands, with one thing changed.

The calls are the same as well, but where he changes his key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signdecoder.audit.coach_spec import MOST, CoachSpec
from signdecoder.audit.interventions import CHANGES
from signdecoder.audit.natural_accuracy import own_weights
from signdecoder.benchmark.cases import Case, draw_question_sets, name_plays
from signdecoder.benchmark.questions import draw_questions
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.text import percent
from signdecoder.simulation.behaviour import Behaviour, draw_habits
from signdecoder.simulation.coach import Coach, Noise
from signdecoder.simulation.sampling import draw_hider
from signdecoder.simulation.seasons import Regime, play_regimes, start_games

AS_IT_IS = ""  # the season in which nothing is changed
_KEY = 3  # of the seeds: the exams have 0 and 1 under a root of their own
_TRIES = 60


@dataclass(frozen=True, slots=True)
class SeasonReplay(Scenario):
    """Seasons that are only compared: the opponents are asked after every second play."""

    def asks_after(self, plays: int) -> bool:
        """Are they asked after so many plays?"""
        return plays % 2 == 0


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """Which seasons are simulated: numbers, each with the name of a change or AS_IT_IS."""

    signs: CoachSpec
    seed: int
    seasons: tuple[tuple[str, int], ...]

    def scenario(self, plays: int) -> Scenario:
        """All seasons as an exam of so many plays each."""
        signs = self.signs
        kind = SeasonReplay if any(change != AS_IT_IS for change, _ in self.seasons) else Scenario
        return kind(
            "audit",
            coaches=len(self.seasons),
            family=signs.rule.family,
            vocabulary=(signs.vocabulary or signs.fewest, signs.vocabulary or MOST),
            rate=(0.0, 1.0),  # the coach was held to his rate when his hands were drawn
            other_rates=(sum(signs.rates[1:]),),
            plays=plays,
            width=signs.width,
        )


def draw_season_coach(signs: CoachSpec, seed: int, season: int) -> Coach:
    """The coach of a season: his own rule and rates, and hands that he may have.

    Raises SigndecoderError where no hands give the sign as often as he wants to.
    """
    rng = _rng(seed, season, 0)
    rate = signs.rates[0]
    for _ in range(_TRIES):
        coach = draw_hider(rng, signs.rule, _draw_hands(signs, rng), signs.rates)
        if coach is None:
            continue
        coach = _with_own(coach, signs)
        questions = draw_questions(coach, rng)
        if questions and 0.9 * rate <= questions.rate <= 1.1 * rate:
            return coach
    raise SigndecoderError(
        f"with these signs a steal cannot be called in {percent(rate)} of the plays",
        "give longer sequences with --length, or another --steals",
    )


def draw_season(plan: ScenarioPlan, scenario: Scenario, number: int) -> Case:
    """The season of this number of the plan, as one who sits an exam."""
    change, season = plan.seasons[number]
    regimes = draw_regimes(plan, scenario.plays, number)
    shown, asked, named = (_rng(plan.seed, season, part) for part in (1, 2, 4))
    games = 1 if change == AS_IT_IS else CHANGES[change].games(scenario.plays)
    log = play_regimes(regimes, start_games(scenario.plays, games), shown)
    # In the alphabet no signal comes first because it means something.
    order = named.permutation(regimes[0].coach.habits.vocabulary)
    names = tuple(f"signal {n + 1:02}" for n in order)
    question_sets = draw_question_sets(scenario, log, names, asked)
    if not question_sets:
        raise SigndecoderError("these signs cannot be asked about", "give another --steals")
    return Case(number, names, "", Noise(), tuple(name_plays(log, names)), question_sets)


def draw_regimes(plan: ScenarioPlan, plays: int, number: int) -> tuple[Regime, ...]:
    """The coach in the season of this number, changed as it says."""
    change, season = plan.seasons[number]
    coach = draw_season_coach(plan.signs, plan.seed, season)
    if change == AS_IT_IS:
        return (Regime(0, coach),)
    return CHANGES[change].apply(coach, plays, _rng(plan.seed, season, 3))


def draw_weights(plan: ScenarioPlan, case: Case) -> tuple[NDArray[np.float64], ...]:
    """What each question of a season weighs, if they are to be like the coach's own plays."""
    _, season = plan.seasons[case.number]
    regimes = draw_regimes(plan, len(case.log), case.number)
    return own_weights(case, regimes, _rng(plan.seed, season, 5))


def _rng(seed: int, season: int, part: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_KEY, season, part)))


def _draw_hands(signs: CoachSpec, rng: np.random.Generator) -> Behaviour:
    if signs.hands:
        habits = signs.hands.habits
    else:
        most = max(MOST, signs.fewest)
        vocabulary = signs.vocabulary or int(rng.integers(signs.fewest, most + 1))
        habits = draw_habits(rng, vocabulary, signs.width, phrase_rate=signs.rates[0])
    return habits if signs.length is None else _with_length(habits, signs.length)


def _with_length(habits: Behaviour, length: float) -> Behaviour:
    spread = min(habits.length_spread, length / 3)
    return replace(habits, mean_length=length, length_spread=spread, shortest=1)


def _with_own(coach: Coach, signs: CoachSpec) -> Coach:
    """The coach with what is known of his own hands in the place of what was drawn."""
    if signs.hands:
        coach = replace(
            coach,
            near_miss_rate=0.0,
            dummy_rate=signs.hands.dummy_rate,
            decoys=(),
            decoy_rates=(),
            calling=signs.hands.calling,
        )
    if signs.call_length is not None:
        coach = replace(coach, calling=_with_length(coach.habits, signs.call_length))
    return coach
