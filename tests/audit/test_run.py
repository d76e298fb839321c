"""The audit: rules from roles, habits from a log, simulated seasons, and effects."""

from dataclasses import replace
from itertools import count, islice, pairwise

import numpy as np
import pytest

from signdecoder.audit import run as trial
from signdecoder.audit.coach_spec import CoachSpec, build_coach_spec, number_sequences
from signdecoder.audit.descriptives import measure_descriptives
from signdecoder.audit.interventions import FAKE_RULES, INTERVENTIONS
from signdecoder.audit.natural_accuracy import natural_accuracy
from signdecoder.audit.rule_input import RoleInput, build_rule
from signdecoder.audit.run import audit
from signdecoder.audit.scenarios import (
    UNCHANGED,
    ScenarioPlan,
    draw_regimes,
    draw_season,
    draw_season_coach,
    draw_weights,
)
from signdecoder.benchmark.bootstrap import mean_figure, quantile
from signdecoder.benchmark.cases import Case, QuestionSet, draw_case
from signdecoder.benchmark.contenders import contender_factories
from signdecoder.benchmark.metrics import compute_metrics
from signdecoder.benchmark.runner import Predictions, run
from signdecoder.benchmark.scenarios import Scenario
from signdecoder.core.errors import SigndecoderError, UsageError
from signdecoder.rules.describe import describe
from signdecoder.rules.matching import plays_called
from signdecoder.rules.registry import FAMILIES
from signdecoder.rules.rule import (
    CALLED,
    NO_SIGNAL,
    NOTHING,
    NULL,
    Rule,
)
from signdecoder.simulation.behaviour import estimate_habits, without_favourites
from signdecoder.simulation.coach import Coach, draw_plays
from signdecoder.simulation.patterns import lengths_of

BELT_AFTER_CAP = RoleInput(key="cap", live="belt")
OTHERS = ("ear", "nose", "chin", "wrist", "thigh", "chest")


def spec(**options: float) -> CoachSpec:
    return build_coach_spec(BELT_AFTER_CAP, **({"steals": 0.3} | options))  # type: ignore[arg-type]


def plan(*changes: str, seasons: int = 1, **options: float) -> ScenarioPlan:
    numbered = tuple((change, season) for change in changes for season in range(seasons))
    return ScenarioPlan(spec(**options), 7, numbered)


def careless_log() -> list[tuple[str, ...]]:
    """80 sequences; cap is shown with a steal alone, and a steal takes two signals more."""
    rng = np.random.default_rng(4)
    log: list[tuple[str, ...]] = []
    for n in range(80):
        row = [str(name) for name in rng.choice(OTHERS, 8 if n % 4 == 0 else 6)]
        if n % 4 == 0:
            at = int(rng.integers(7))
            row[at : at + 2] = ["cap", "belt"]
        log.append(tuple(row))
    return log


# --- the rule from its roles ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role_input", "words"),
    [
        (BELT_AFTER_CAP, "belt right after cap = steal"),
        (
            RoleInput("kth", "cap", "belt", ordinal=3, wipe_off="ear"),
            "belt as 3rd signal after cap = steal; ear cancels everything before it",
        ),
        (
            RoleInput(
                "next", "cap", "belt", others=(("bunt", "ear"),), wipe_off="nose", wipes_all=True
            ),
            "right after cap: belt = steal, ear = bunt; nose cancels everything",
        ),
        (
            RoleInput("anywhere", "cap", "belt"),
            "belt anywhere after cap = steal",
        ),
        (
            RoleInput("before", "cap", "belt"),
            "belt right before cap = steal",
        ),
        (RoleInput("both", "cap", "belt"), "cap and belt in any order = steal"),
        (
            RoleInput(key="chin", live="cap", more_keys=("nose",), more_lives=("ear", "belt")),
            "belt, cap or ear right after chin or nose = steal",
        ),
        (
            RoleInput("unless", "cap", "belt", "ear"),
            "belt right after cap, unless ear comes next = steal",
        ),
        (
            RoleInput("two_after", "cap", "belt", "ear"),
            "cap, ear, belt in a row = steal",
        ),
        (
            RoleInput("between", "cap", "belt"),
            "belt between cap and later cap = steal",
        ),
        (
            RoleInput("between", "cap", "belt", "ear"),
            "belt between cap and later ear = steal",
        ),
        (
            RoleInput("hot", live="belt", second="ear"),
            "belt or ear anywhere = steal",
        ),
        (RoleInput("position", live="belt"), "belt as last signal = steal"),
        (
            RoleInput("position", live="belt", ordinal=1),
            "belt as 1st signal = steal",
        ),
        (RoleInput("twice"), "any signal twice in a row = steal"),
        (
            RoleInput("sandwich", live="belt"),
            "belt twice with one between = steal",
        ),
        (
            RoleInput("count_of", "cap", "2", others=(("bunt", "3"),)),
            "number of times cap comes: 2 = steal, 3 = bunt",
        ),
        (
            RoleInput("count_after", "cap", "3", "ear"),
            "exactly 3 signals between first cap and next ear = steal",
        ),
    ],
)
def test_roles_make_the_rule_that_the_coach_means(role_input: RoleInput, words: str) -> None:
    rule, names = build_rule(role_input)
    assert describe(rule, names, ("steal", *(play for play, _ in role_input.others))) == words


@pytest.mark.parametrize(
    ("role_input", "words"),
    [
        (RoleInput("nxt", "cap", "belt"), "there is no family 'nxt'. Choose one of next, kth"),
        (RoleInput("null"), "signs without meaning cannot be cracked"),
        (RoleInput(key="cap", live="Cap"), '"Cap" is both the key and the live signal'),
        (
            RoleInput(key="cap", live="belt", more_lives=("ear", "Belt")),
            '"Belt" is named twice as the live signal',
        ),
        (
            RoleInput(key="cap", live="belt", more_keys=("belt",)),
            '"belt" is both the key and the live signal',
        ),
        (
            RoleInput("both", "cap", "belt", more_lives=("ear",)),
            "the family both takes one signal in each role. Remove the others",
        ),
        (
            RoleInput(key="cap", live="belt", wipe_off="belt"),
            '"belt" is both the wipe-off and the live',
        ),
        (RoleInput(live="belt"), "the family next needs a key sign. Name it with --key"),
        (RoleInput("two_after", "cap", "belt"), "the family two_after needs a second signal"),
        (RoleInput("hot", "cap", "belt"), "the family hot has no key sign. Remove --key"),
        (RoleInput(key="cap", live="belt", ordinal=2), "the family next has no ordinal"),
        (
            RoleInput("kth", "cap", "belt", ordinal=1),
            "kth has no ordinal 1. Write one of 2, 3, 4, 5",
        ),
        (RoleInput("count_of", "cap", "belt"), '"belt" is not a number of signals. Write a'),
        (
            RoleInput("count_of", "cap", "2", others=(("bunt", "2"),)),
            "two plays have the same number",
        ),
        (RoleInput(key="cap", live="belt", wipes_all=True), "--wipes-all needs a wipe-off"),
        (RoleInput("twice", others=(("bunt", "ear"),)), "any signal may call the steal"),
        (
            RoleInput(key="cap", live="belt", signals=("cap", "ear", "nose", "chin")),
            '"belt" is not among your signals (cap, ear, nose, chin). Correct the name',
        ),
    ],
)
def test_missing_superfluous_and_contradictory_roles_are_refused(
    role_input: RoleInput, words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        build_rule(role_input)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steals": None}, "the steal rate is missing. Give it with --steals"),
        ({"steals": 30}, "30 is not a valid steal rate"),
        ({"others": 0.2}, "--others needs another play. Name one with --also."),
        ({"count": 3}, "3 signals are too few. Use 4 to 20"),
        ({"count": 21}, "21 signals are too many"),
        ({"length": 30}, "30 is not a valid length of a sequence"),
    ],
)
def test_invalid_numbers_are_refused(options: dict[str, float], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        spec(**options)
    assert words in str(refused.value)


def test_other_plays_share_their_rate_equally() -> None:
    role_input = replace(BELT_AFTER_CAP, others=(("bunt", "ear"), ("take", "nose")))
    made = build_coach_spec(role_input, steals=0.3)
    assert (made.plays, made.rates) == (("steal", "bunt", "take"), (0.3, 0.1, 0.1))
    with pytest.raises(UsageError, match="steals and other plays add up to 1 of all plays"):
        build_coach_spec(role_input, steals=0.3, others=0.7)


# --- the coach's own sequences --------------------------------------------------------------------


def test_habits_are_estimated_from_counts() -> None:
    habits = estimate_habits(number_sequences([["a", "b", "b"], ["a", "b"]], ["a", "b"]), 2, 12)
    assert habits.start.tolist() == [2.5 / 3, 1.0]  # two begin with a, and half of each is added
    assert habits.chain[:, 0].tolist() == [0.5 / 3, 0.5 / 2]  # a b, a b and b b were counted
    assert (habits.mean_length, habits.length_spread, habits.shortest) == (2.5, 0.5, 2)
    assert (habits.closing, habits.gesture_rate, habits.longest) == (1, 1.0, 12)
    assert without_favourites(habits).chain.tolist() == [[0.5, 1.0], [0.5, 1.0]]


def test_rates_lengths_and_names_come_from_a_log() -> None:
    made = build_coach_spec(BELT_AFTER_CAP, sequences=careless_log())
    assert made.rates == (0.25,)
    assert set(made.names) == {"cap", "belt", *OTHERS}
    assert made.source is not None
    assert (made.source.sequences, made.source.dummy_rate) == (80, 0.0)
    assert made.source.habits.mean_length == 6
    assert made.source.calling is not None
    assert made.source.calling.mean_length == 8


def test_a_log_that_does_not_fit_the_rule_is_refused() -> None:
    with pytest.raises(UsageError, match='"hip" is not among your signals'):
        build_coach_spec(RoleInput(key="cap", live="hip"), sequences=careless_log())
    with pytest.raises(SigndecoderError, match="none of your sequences calls a steal"):
        build_coach_spec(RoleInput(key="belt", live="cap"), sequences=careless_log())
    with pytest.raises(SigndecoderError, match="15 sequences with nothing on are too few"):
        build_coach_spec(BELT_AFTER_CAP, sequences=careless_log()[:20])
    with pytest.raises(UsageError, match="your own sequences show which signals you use"):
        build_coach_spec(BELT_AFTER_CAP, sequences=careless_log(), count=9)
    with pytest.raises(UsageError, match="--others needs another play"):
        build_coach_spec(BELT_AFTER_CAP, sequences=careless_log(), others=0.2)


def test_the_statistics_of_a_careless_log_give_the_coach_away() -> None:
    made = build_coach_spec(BELT_AFTER_CAP, sequences=careless_log())
    tells = measure_descriptives([draw_season_coach(made, 0, n) for n in range(4)], 0)
    assert tells.key is not None
    assert tells.key.called > 0.7  # of its showings come with a steal
    assert tells.key.dead < 0.1
    assert tells.called_length == pytest.approx(8, abs=0.3)
    assert tells.dead_length == pytest.approx(6, abs=0.3)


def test_a_signal_that_calls_is_not_counted_as_a_fake_rule() -> None:
    def coach_of(role_input: RoleInput) -> Coach:
        return draw_season_coach(build_coach_spec(role_input, steals=0.3, count=8), 0, 0)

    def dead_rule(role_input: RoleInput) -> float | None:
        return measure_descriptives([coach_of(role_input)], 0).dead_rule

    # Of two hot signs each calls by itself: what is dead is each of the six others.
    two_hot = RoleInput("hot", live="belt", second="ear")
    seed = np.random.SeedSequence(0, spawn_key=(4, 0))
    plays = draw_plays(coach_of(two_hot), 300, np.random.default_rng(seed))
    others = [(plays.signals == signal).any(axis=1).mean() for signal in range(2, 8)]
    assert dead_rule(two_hot) == pytest.approx(max(others))
    # "Any signal twice": there is no other rule of this kind.
    assert dead_rule(RoleInput("twice")) is None
    assert dead_rule(RoleInput("twice", live="belt")) is not None


# --- seasons --------------------------------------------------------------------------------------


def test_a_coach_with_several_keys_and_live_signals_is_changed_like_others() -> None:
    role_input = RoleInput(key="cap", live="belt", more_keys=("nose",), more_lives=("ear", "chin"))
    coach = draw_season_coach(build_coach_spec(role_input, steals=0.25), 3, 0)
    fitting = [change for change in INTERVENTIONS.values() if change.fits(coach, 40)]
    assert len(fitting) >= 7
    for change in fitting:
        (*_, last) = change.apply(coach, 40, np.random.default_rng(2))
        assert len(last.coach.rule.readings) == 6
        plays = draw_plays(last.coach, 1000, np.random.default_rng(3))
        assert (plays.called == CALLED).mean() == pytest.approx(0.25, abs=0.08)


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != NULL])
def test_every_family_is_called_at_the_given_steal_rate(family: str) -> None:
    counts = family.startswith("count")
    role_input = RoleInput(
        family,
        key="cap" if FAMILIES[family].form.key else None,
        live="2" if counts else "belt",
        second="ear" if FAMILIES[family].form.second == "must" else None,
    )
    made = build_coach_spec(role_input, steals=0.25)
    coach = draw_season_coach(made, 3, 0)
    assert coach.rule == made.rule
    called = draw_plays(coach, 2000, np.random.default_rng(1)).called
    assert (called == CALLED).mean() == pytest.approx(0.25, abs=0.05)
    fitting = [change for change in INTERVENTIONS.values() if change.fits(coach, 40)]
    assert len(fitting) >= 4
    for change in fitting:
        (first, *_) = change.apply(coach, 40, np.random.default_rng(2))
        plays = draw_plays(first.coach, 1000, np.random.default_rng(3))
        assert (plays.called == CALLED).mean() == pytest.approx(0.25, abs=0.07)


def test_sequences_have_the_given_lengths() -> None:
    coach = draw_season_coach(spec(length=6, call_length=9, count=8), 0, 0)
    plays = draw_plays(coach, 1000, np.random.default_rng(0))
    lengths = lengths_of(plays.signals)
    assert coach.habits.vocabulary == 8
    assert lengths[plays.called == NOTHING].mean() == pytest.approx(6, abs=0.3)
    assert lengths[plays.called == CALLED].mean() == pytest.approx(9, abs=0.3)


def test_a_rule_that_does_not_fit_into_the_sequences_is_refused() -> None:
    with pytest.raises(SigndecoderError, match="a steal cannot be called in 30% of the plays"):
        draw_season_coach(spec(length=1), 0, 0)


def test_an_intervention_leaves_calls_and_names_unchanged() -> None:
    changed = plan(UNCHANGED, *(name for name in INTERVENTIONS if name != "length"))
    scenario = changed.scenario(40)
    cases = [draw_season(changed, scenario, number) for number in range(scenario.coaches)]
    kept = [case for case in cases if len(case.question_sets) == 1]
    assert len(kept) == len(cases) - 2
    assert len({tuple(play.outcome for play in case.log) for case in kept}) == 1
    assert {case.names for case in cases} == {cases[0].names}
    assert len({case.log for case in cases}) == len(cases)
    again = draw_season(changed, scenario, 3)
    assert again.log == cases[3].log


def test_the_key_sign_changes_each_inning_or_each_game() -> None:
    changed = plan("key_each_inning", "key_each_game")
    innings, games = (draw_regimes(changed, 40, number) for number in (0, 1))
    assert [regime.since for regime in innings] == [0, 5, 10, 15, 20, 25, 30, 35]
    assert [regime.since for regime in games] == [0, 20]
    for before, after in pairwise(innings):
        old, new = before.coach.rule, after.coach.rule
        assert new.indicator not in (*old.roles, NO_SIGNAL)
        assert replace(new, indicator=old.indicator) == old
    log = draw_season(changed, changed.scenario(40), 1).log
    assert [play.game for play in log] == ["game 1"] * 20 + ["game 2"] * 20


def test_a_new_key_sign_is_swapped_in_fake_rules_too() -> None:
    coach = draw_season_coach(spec(count=5), 1, 0)
    coach = replace(coach, decoys=tuple(Rule("next", (4,), key) for key in range(4)))
    changed = INTERVENTIONS["key_each_inning"].alter(coach, np.random.default_rng(0))
    assert changed is not None
    key = changed.rule.indicator  # 2, 3 or 4: cap and belt are 0 and 1
    keys = {0: key, key: 0}
    assert [decoy.indicator for decoy in changed.decoys] == [keys.get(k, k) for k in range(4)]


def test_each_habit_intervention_changes_that_habit() -> None:
    coach = draw_season_coach(spec(count=9), 1, 0)
    shown = {}
    for name in ("key", "live", "decoys"):
        changed = INTERVENTIONS[name].alter(coach, np.random.default_rng(0))
        assert changed is not None
        plays = draw_plays(changed, 2000, np.random.default_rng(1))
        dead = plays.signals[plays.called == NOTHING]
        shown[name] = [(dead == signal).any(axis=1).mean() for signal in (0, 1)]
        if name == "decoys":
            assert len(changed.decoys) == FAKE_RULES
            for decoy in changed.decoys:
                rate = (plays_called(decoy, plays.signals) != NOTHING).mean()
                assert rate == pytest.approx(0.3, abs=0.15)
    assert shown["key"][0] > 0.85
    assert shown["live"][1] > 0.85


def test_a_wipe_off_is_added_to_a_rule_without_one() -> None:
    coach = draw_season_coach(spec(count=9), 1, 0)
    changed = INTERVENTIONS["wipe_off"].alter(coach, np.random.default_rng(0))
    assert changed is not None
    plays = draw_plays(changed, 1000, np.random.default_rng(1))
    dead = plays.signals[plays.called == NOTHING]
    held = (plays_called(changed.rule.plain, dead) == CALLED).mean()
    assert held == pytest.approx(0.2, abs=0.08)  # dummies, if there is room
    assert not INTERVENTIONS["wipe_off"].fits(changed, 40)
    assert not INTERVENTIONS["length"].fits(coach, 40)


# --- natural plays and effects --------------------------------------------------------------------


def test_natural_accuracy_weights_near_misses_by_how_often_they_are_given() -> None:
    # Two calls, one near miss, one play that has nothing of the rule; the near miss is misread.
    questions = QuestionSet(
        0, Rule("hot", (0,)), frozenset(), (), np.array([True, True, False, False])
    )
    case = Case(0, ("a",), "", draw_season_coach(spec(), 0, 0).noise, (), (questions,))
    said = np.array([[0.9, 0.9, 0.8, 0.1], [0.9, 0.1, 0.1, 0.1]])
    predictions = Predictions("x", np.array([5, 6]), said, (None, None), np.empty(0))
    weights = (np.array([0.25, 0.25, 0.05, 0.45]),)  # a near miss in one of ten
    assert natural_accuracy(case, predictions, weights).tolist() == pytest.approx([0.95, 0.75])


def test_rare_near_misses_have_a_small_weight() -> None:
    careless = ScenarioPlan(
        build_coach_spec(BELT_AFTER_CAP, sequences=careless_log()), 7, ((UNCHANGED, 0),)
    )
    near_weights = []
    for asked in (careless, plan(UNCHANGED)):
        case = draw_season(asked, asked.scenario(10), 0)
        ((weights, questions),) = zip(draw_weights(asked, case), case.question_sets, strict=True)
        near = np.array(
            [sum(s in row for s in questions.key_signs) > 0 for row in questions.sequences]
        )
        assert weights.sum() == pytest.approx(1)
        assert weights[questions.called_mask].sum() == pytest.approx(0.5)
        near_weights.append(weights[near & ~questions.called_mask].sum())
    assert near_weights[0] < 0.05
    assert near_weights[1] > 0.1


def test_intervals_of_few_values_use_students_t() -> None:
    # Of 1, 2, 3 the mean is 2, the standard error 1 / sqrt(3), and t is 4.303.
    figure = mean_figure(np.array([1.0, 2.0, 3.0]))
    assert (figure.mean, figure.high - 2) == pytest.approx((2.0, 4.303 / 3**0.5))
    wide = mean_figure(np.arange(21.0))  # 20 degrees of freedom: 2.086
    assert wide.high - 10 == pytest.approx(2.086 * np.arange(21.0).std(ddof=1) / 21**0.5, rel=1e-3)


def test_the_audit_and_the_benchmark_agree_on_the_plays_until_cracked() -> None:
    """On the quickest opponent; benchmarks/compare_audit.py does the same with all three."""
    seasons = 30
    factories = contender_factories(["pair-score"])
    scenario = Scenario("exam", coaches=seasons, family="next", rate=(0.3, 0.3), other_rates=(0.0,))
    drawn = (draw_case(scenario, number) for number in count())
    rules = ((case, case.question_sets[0].rule) for case in drawn)
    plain = list(islice((e for e, rule in rules if rule.plain == rule), seasons))
    benchmark = run(scenario, factories, workers=0, draw=lambda _, number: plain[number])
    own = plan(UNCHANGED, seasons=seasons)
    audited = run(
        own.scenario(40),
        factories,
        workers=0,
        draw=lambda scenario, number: draw_season(own, scenario, number),
    )
    medians = [quantile(compute_metrics(sat)[0].crack_plays, 0.5) for sat in (benchmark, audited)]
    assert abs(medians[0] - medians[1]) <= 1


@pytest.mark.slow
def test_an_audit_ranks_effects_and_is_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "OPPONENTS", ("pair score",))
    done = audit(spec(count=8), seed=7, seasons=6, plays=20, workers=0)
    assert (done.seasons, done.replayed) == (6, 2)
    assert done.left_out == ("length", "key_each_game")  # 20 plays are one game
    (crack,) = done.cracks
    assert crack.opponent == "pair score"
    kinds = [effect.kind for effect in done.effects]
    assert kinds == ["habit"] * 4 + ["measure"] * 3
    gains = [effect.gained.mean for effect in done.effects]
    assert gains == sorted(gains[:4], reverse=True) + sorted(gains[4:], reverse=True)
    inning = next(effect for effect in done.effects if effect.change == "key_each_inning")
    assert inning.gained.mean > 5
    assert inning.foretold_after < inning.foretold_before
    assert inning == next(
        effect
        for effect in audit(spec(count=8), seed=7, seasons=6, plays=20, workers=0).effects
        if effect.change == "key_each_inning"
    )
