"""The exact posterior equals brute force and finds the planted rule."""

import json
import struct
from itertools import pairwise
from math import exp, lgamma, log

import numpy as np
import pytest

from signdecoder.bayes import ranking
from signdecoder.bayes.changepoints import Hazards
from signdecoder.bayes.counts import DEAD, NoiseRates
from signdecoder.bayes.other_plays import ALONE, HIDDEN, SEVERAL, OtherPlayCounts
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.bayes.wide import NO_WIDE_RULES
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.matching import plays_called
from signdecoder.rules.prior import FAMILY_WEIGHTS
from signdecoder.rules.rule import (
    BLANK,
    CALLED,
    NOTHING,
    Rule,
    Sequences,
)
from signdecoder.simulation.coach import Coach, Noise, draw_plays
from signdecoder.simulation.sampling import draw_coach

CLEAN = NoiseRates(clean=1.0, least=0.0)
STILL = Hazards(0.0, 0.0)
FEW = NoiseRates(
    clean=0.3, least=0.01, missed=(0.1, 0.4), missed_odds=(0.7, 0.3), own=(0.05,), own_odds=(1.0,)
)
Play = tuple[tuple[int, ...], Evidence]


def pad(sequences: list[tuple[int, ...]]) -> Sequences:
    rows = np.full((len(sequences), 12), BLANK, np.int16)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = sequence
    return rows


def strip(row: Sequences) -> tuple[int, ...]:
    return tuple(int(signal) for signal in row if signal != BLANK)


def plays_of(coach: Coach, count: int, seed: int) -> list[Play]:
    drawn = draw_plays(coach, count, np.random.default_rng(seed))
    evidence = {NOTHING: Evidence.NOTHING, CALLED: Evidence.CALLED}
    return [
        (strip(row), evidence.get(int(done), Evidence.OTHER))
        for row, done in zip(drawn.signals, drawn.done, strict=True)
    ]


def clean_coach(family: str, seed: int = 1, signals: int = 7, **traits: object) -> Coach:
    rng = np.random.default_rng((seed, len(family)))
    return draw_coach(rng, signals, 9, rate=0.35, family=family, hides=True, **traits)  # type: ignore[arg-type]


def learn(posterior: RulePosterior, plays: list[Play]) -> RulePosterior:
    for sequence, evidence in plays:
        posterior.observe(sequence, evidence)
    return posterior


# --- Bayes ----------------------------------------------------------------------------------------


def test_the_posterior_equals_brute_force_without_other_plays() -> None:
    plays = [p for p in plays_of(clean_coach("next", signals=4), 25, 3)]
    posterior = learn(RulePosterior(4, FEW, STILL, NO_WIDE_RULES), plays)
    rules, weights = posterior.hypotheses, []
    rows, run = pad([s for s, _ in plays]), np.array([e is Evidence.CALLED for _, e in plays])
    for rule, prior in enumerate(rules.prior):
        called = plays_called(rules.rule(rule), rows) == CALLED
        chance = 0.0
        for share, missed, own in (
            (0.3, 0.01, 0.01), (0.7 * 0.7, 0.1, 0.05), (0.7 * 0.3, 0.4, 0.05)
        ):  # fmt: skip
            p = np.where(called, 1 - missed, own)
            chance += share * float(np.prod(np.where(run, p, 1 - p)))
        weights.append(prior * chance)
    hits = int(run.sum())
    null = rules.null_prior * exp(log_beta(0.8, 1.6, hits, len(run)))
    exact = np.array(weights) / (sum(weights) + null)
    assert np.abs(posterior.rule_probs() - exact).max() < 1e-12
    assert posterior.p_no_rule() == pytest.approx(null / (sum(weights) + null), abs=1e-12)


def test_the_posterior_equals_brute_force_with_other_plays() -> None:
    plays = plays_of(clean_coach("next", seed=5, signals=5, other_rate=0.3), 25, 3)
    assert {e for _, e in plays} == {Evidence.CALLED, Evidence.NOTHING, Evidence.OTHER}
    posterior = learn(RulePosterior(5, CLEAN, STILL, NO_WIDE_RULES), plays)
    rules, rows = posterior.hypotheses, pad([s for s, _ in plays])
    run = np.array([e is Evidence.CALLED for _, e in plays])
    other = np.array([e is Evidence.OTHER for _, e in plays])
    weights = np.zeros(len(rules))
    for rule in np.flatnonzero(rules.prior).tolist():
        if ((plays_called(rules.rule(rule), rows) == CALLED) == run).all():
            frame = rules.bases.context[rule % rules.n_bases]
            shown = np.array([rules.contexts_shown(s)[frame] for s, _ in plays])
            chance = 0.0
            for kind in np.unique(shown).tolist():
                these = (shown == kind) & ~run
                a, b = {HIDDEN: (0.1, 1.9), SEVERAL: (0.5, 1.5)}.get(kind, (0.2, 0.6))
                chance += log_beta(a, b, int(other[these].sum()), int(these.sum()))
            weights[rule] = rules.prior[rule] * exp(chance)
    null = rules.null_prior * exp(
        log_beta(0.8, 1.6, int(run.sum()), len(run))
        + log_beta(0.1, 1.9, int(other.sum()), int((~run).sum()))
    )
    assert np.abs(posterior.rule_probs() - weights / (weights.sum() + null)).max() < 1e-12


def log_beta(a: float, b: float, hits: int, tries: int) -> float:
    """Return the log probability of a row of outcomes whose rate is drawn from Beta(a, b)."""
    return (
        lgamma(a + b) - lgamma(a) - lgamma(b)
        + lgamma(a + hits) + lgamma(b + tries - hits) - lgamma(a + b + tries)
    )  # fmt: skip


def test_without_noise_the_log_loss_of_a_game_is_the_prior_of_the_rule() -> None:
    # By Bayes, ln P(outcomes) = ln prior(rule) - ln posterior(rule): all else has been ruled out.
    coach = clean_coach("next", signals=6, wipe_off=False)
    posterior, loss = RulePosterior(6, CLEAN, STILL, NO_WIDE_RULES), 0.0
    for sequence, evidence in plays_of(coach, 400, 4):
        p = posterior.predict(sequence)
        loss -= log(p if evidence is Evidence.CALLED else 1 - p)
        posterior.observe(sequence, evidence)
    left = np.flatnonzero(posterior.rule_probs()).tolist()
    rows = pad([s for s, _ in plays_of(coach, 400, 5)])
    truth = plays_called(coach.rule, rows)
    assert all((plays_called(posterior.hypotheses.rule(r), rows) == truth).all() for r in left)
    assert loss == pytest.approx(-log(posterior.hypotheses.prior[left].sum()), abs=1e-9)


@pytest.mark.parametrize("evidence", [Evidence.CALLED, Evidence.NOTHING, Evidence.NOT_CALLED])
def test_a_prediction_is_the_ratio_of_likelihoods_after_and_before(evidence: Evidence) -> None:
    # The likelihood before a play times its prediction is the likelihood after it.
    posterior = learn(
        RulePosterior(6, hazards=STILL), plays_of(clean_coach("kth", signals=6), 20, 1)
    )
    sequence = (0, 3, 1, 5, 2)
    prediction, before = posterior.predict(sequence), posterior.changes.segments[0].log_likelihood
    posterior.observe(sequence, evidence)
    p = prediction if evidence is Evidence.CALLED else 1 - prediction
    assert posterior.changes.segments[0].log_likelihood - before == pytest.approx(log(p), abs=1e-6)


def test_an_unknown_outcome_does_not_change_the_posterior() -> None:
    posterior = learn(RulePosterior(7), plays_of(clean_coach("next"), 20, 1))
    before = posterior.rule_probs().copy()
    posterior.observe((0, 1, 2), Evidence.SILENT, new_game=True)
    assert (posterior.rule_probs() == before).all()


# --- what it finds --------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [name for name in FAMILY_WEIGHTS if name != "null"])
def test_every_planted_rule_is_found(family: str) -> None:
    coach = clean_coach(family, wipe_off=False)
    posterior = learn(RulePosterior(7), plays_of(coach, 80, 1))
    rows = draw_plays(coach, 200, np.random.default_rng(2)).signals
    best = posterior.ranking(1)[0].rule
    agree = (plays_called(best, rows) == CALLED) == (plays_called(coach.rule, rows) == CALLED)
    assert agree.mean() >= 0.97


@pytest.mark.slow
def test_wipe_offs_of_both_kinds_and_activators_are_found() -> None:
    cap, ear, belt = 0, 1, 2
    habits = clean_coach("next").habits
    for rule in (
        Rule("next", (belt,), cap, wipe_off=ear),
        Rule("next", (belt,), cap, wipe_off=ear, wipes_anywhere=True),
        Rule("next", (belt,), cap, activator=ear),
    ):
        coach = Coach(rule, habits, (0.3,), clean_coach("next").noise, dummy_rate=0.4)
        best = learn(RulePosterior(7), plays_of(coach, 150, 2)).ranking(1)[0]
        assert best.rule == rule


def test_meaningless_signals_have_no_rule() -> None:
    coach = draw_coach(np.random.default_rng(2), 8, 9, rate=0.3, family="null")
    assert learn(RulePosterior(8), plays_of(coach, 100, 1)).p_no_rule() > 0.7


def test_the_rule_is_found_despite_one_wrong_label() -> None:
    coach = clean_coach("next", seed=4)
    plays = plays_of(coach, 40, 6)
    wrong = next(n for n, (_, evidence) in enumerate(plays) if evidence is Evidence.CALLED)
    plays[wrong] = (plays[wrong][0], Evidence.NOTHING)
    best = learn(RulePosterior(7), plays).ranking(1)[0].rule
    assert isinstance(best, Rule)
    assert (best.indicator, best.calls) == (coach.rule.indicator, coach.rule.calls[:1])


# --- changes of signs -----------------------------------------------------------------------------


def changed_plays() -> tuple[list[Play], list[Play]]:
    before, after = (clean_coach("next", seed=seed, wipe_off=False) for seed in (1, 3))
    assert before.rule.indicator != after.rule.indicator
    return plays_of(before, 30, 1), plays_of(after, 24, 2)


def test_a_change_of_signs_is_detected_and_dated() -> None:
    before, after = changed_plays()
    posterior = learn(RulePosterior(7), before)
    assert posterior.changes.change_points() == []
    learn(posterior, after)
    assert len(posterior.changes.change_points()) == 1
    assert abs(posterior.changes.change_points()[0] - len(before)) <= 6
    still = learn(RulePosterior(7, hazards=STILL), before + after)
    assert still.ranking(1)[0].rule != posterior.ranking(1)[0].rule


def test_a_change_is_reported_while_the_old_segment_is_still_weighed() -> None:
    before, after = changed_plays()
    posterior = learn(RulePosterior(7), before)
    states = []
    for sequence, evidence in after:
        posterior.observe(sequence, evidence)
        states.append((posterior.changes.segments[0].start, len(posterior.changes.change_points())))
    assert (0, 1) in states  # the change is reported, and the first segment is not dropped yet


def test_restart_forgets_the_rule_but_not_whether_there_is_one() -> None:
    before, after = changed_plays()
    restarted = learn(RulePosterior(7), before)
    restarted.restart()
    # All that is left of the log is that this coach's signs do carry something.
    fresh = RulePosterior(7)
    assert restarted.p_no_rule() == pytest.approx(0.1 * fresh.p_no_rule(), abs=1e-4)
    known = fresh.rule_probs() / (1 - fresh.p_no_rule())
    assert restarted.rule_probs() / (1 - restarted.p_no_rule()) == pytest.approx(known, abs=1e-12)
    assert learn(restarted, after).changes.change_points() == [len(before)]


def test_a_new_game_makes_a_change_likelier() -> None:
    before, after = changed_plays()
    weights = []
    for new_game in (False, True):
        posterior = learn(RulePosterior(7), before)
        for n, (sequence, evidence) in enumerate(after[:6]):
            posterior.observe(sequence, evidence, new_game and n == 0)
        weights.append(
            sum(np.exp(s.log_weight) for s in posterior.changes.segments if s.start >= 28)
        )
    assert weights[1] > 2 * weights[0]


# --- one vocabulary and another, now and later ----------------------------------------------------


def test_growing_gives_the_posterior_of_all_signals_from_the_start() -> None:
    plays = plays_of(clean_coach("two_after", signals=7, other_rate=0.2), 30, 2)
    known, grown = RulePosterior(7, hazards=STILL), RulePosterior(3, hazards=STILL)
    for sequence, evidence in plays:
        if max(sequence) >= grown.hypotheses.n_signals:
            grown.grow(max(sequence) + 1)
        known.observe(sequence, evidence)
        grown.observe(sequence, evidence)
    grown.grow(7)
    assert np.abs(known.rule_probs() - grown.rule_probs()).max() < 1e-12


def test_growing_gives_rules_that_a_new_signal_would_cancel_what_they_have_called() -> None:
    """A wipe-off that never came, or an exception that never did, has changed nothing."""
    rng = np.random.default_rng(1)
    known, grown = RulePosterior(7, hazards=STILL), RulePosterior(4, hazards=STILL)
    for _ in range(12):
        sequence = rng.integers(4, size=5).tolist()
        run = (0, 1) in pairwise(sequence)
        for each in (known, grown):
            each.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING)
    grown.grow(7)
    assert np.abs(known.rule_probs() - grown.rule_probs()).max() < 1e-12
    assert grown.p_no_rule() == pytest.approx(known.p_no_rule())


def test_new_contexts_have_never_been_shown() -> None:
    frames = OtherPlayCounts.begin(3, 2)
    for shown, other in (([HIDDEN, ALONE, SEVERAL], True), ([HIDDEN, ALONE + 1, HIDDEN], False)):
        frames.count(np.array(shown), other)
    grown = frames.grow(5, 4, np.array([0, 3, 1]))
    chances, larger = frames.log_likelihood(), grown.log_likelihood()
    assert larger[[0, 3, 1]] == pytest.approx(chances)
    assert larger[[2, 4]] == pytest.approx(chances[[0, 0]])


def test_other_plays_that_occur_whatever_is_shown_are_no_evidence() -> None:
    frames = OtherPlayCounts.begin(2, 2)
    for n in range(12):
        frames.count(np.array([HIDDEN, ALONE if n % 3 else HIDDEN]), n % 3 > 0)
    nowhere, after_the_key = frames.log_likelihood()
    assert nowhere == 0
    assert after_the_key > 3


def test_a_packed_posterior_is_restored() -> None:
    plays = plays_of(clean_coach("next", other_rate=0.2), 40, 2)
    posterior = learn(RulePosterior(7), plays[:30])
    copy = unpack_posterior(pack_posterior(posterior), 7, 30)
    for each in (posterior, copy):
        learn(each, plays[30:])
    assert copy.predict((1, 2, 3)) == posterior.predict((1, 2, 3))
    assert copy.changes.change_points() == posterior.changes.change_points()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "change",
    [
        {"birth": 10**400}, {"birth": float("nan")}, {"null": 1}, {"null": -1}, {"before": "ab"},
        {"returns": [[9, 9]]}, {"wide": {"structures": "abc", "all_sets": True, "contexts": False}},
        {"wide": {"structures": [10**9] * 3, "all_sets": True, "contexts": False}},
        {"wide": {"structures": [True] * 3, "all_sets": 1, "contexts": False}}, {"wide": []},
    ],
)  # fmt: skip
def test_a_damaged_description_of_a_segment_is_refused(change: dict[str, object]) -> None:
    blob = pack_posterior(learn(RulePosterior(4), [((0, 1, 2), Evidence.CALLED)]))
    (length,) = struct.unpack_from("<I", blob)
    about = json.loads(blob[4 : 4 + length])
    about["segments"][0] |= change
    line = json.dumps(about).encode()
    with pytest.raises(SigndecoderError, match="damaged"):
        unpack_posterior(struct.pack("<I", len(line)) + line + blob[4 + length :], 4, 1)


def test_pruning_hardly_changes_the_posterior() -> None:
    plays = plays_of(clean_coach("next", other_rate=0.2), 60, 2)
    posterior, thorough = RulePosterior(7), RulePosterior(7)
    for n, (sequence, evidence) in enumerate(plays):
        posterior.observe(sequence, evidence)
        thorough.observe(sequence, evidence)
        if n % 10 == 9:
            posterior.changes.prune()
    assert np.abs(posterior.rule_probs() - thorough.rule_probs()).max() < 1e-9


def test_pruning_leaves_exact_sums() -> None:
    plays = plays_of(clean_coach("next", other_rate=0.2), 60, 2)
    posterior = learn(RulePosterior(7), plays)
    before = [segment.rule_probs() for segment in posterior.changes.segments]
    n_counts = len(posterior.changes.counts)
    posterior.changes.prune()
    assert len(posterior.changes.counts) < n_counts
    gone = [segment.listed.count_ids == DEAD for segment in posterior.changes.segments]
    assert gone[0].mean() > 0.5
    for chances, given_up in zip(before, gone, strict=True):
        assert chances[given_up].max(initial=0.0) < 1e-12
    for segment in posterior.changes.segments:
        moved = segment.listed.mass.copy()
        segment.listed.sum_mass()
        assert (segment.listed.mass == moved).all()


def test_approximate_predictions_are_close_once_the_rule_is_found() -> None:
    coach = clean_coach("next")
    posterior = learn(RulePosterior(7), plays_of(coach, 40, 2))
    asked = draw_plays(coach, 50, np.random.default_rng(3)).signals
    exact = [posterior.predict(strip(row)) for row in asked]
    assert np.abs(posterior.predict_approx(asked) - exact).max() < 0.02


@pytest.mark.slow
def test_no_mass_remains_at_count_pairs_without_rules_in_a_long_noisy_log() -> None:
    coach = clean_coach("next", signals=6, noise=Noise(0.3, 0.2, 0.05), other_rate=0.2)
    posterior = RulePosterior(6, hazards=STILL, wide=NO_WIDE_RULES)
    for sequence, evidence in plays_of(coach, 700, 5):
        assert 0 <= posterior.predict(sequence) <= 1
        posterior.observe(sequence, evidence)
    (segment,) = posterior.changes.segments
    before = segment.listed.mass.copy()
    segment.listed.sum_mass()
    assert (segment.listed.mass == before[:, : segment.listed.mass.shape[1]]).all()
    assert posterior.rule_probs().sum() + posterior.p_no_rule() == pytest.approx(1, abs=1e-9)


def test_predictions_work_even_if_every_rule_was_pruned() -> None:
    # More runs without any sign than noise explains: only the rate is left.
    posterior = RulePosterior(6)
    for n in range(900):
        posterior.observe((n % 6,), Evidence.CALLED if n % 10 else Evidence.NOTHING)
    assert posterior.predict((0,)) == pytest.approx(0.9, abs=0.05)
    assert posterior.p_no_rule() > 0.9


def test_an_external_score_moves_probability_only_between_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Rank every rule that is possible at all: a cut could fall between rules of equal probability.
    monkeypatch.setattr(ranking, "_MAX_RANKED", 10**6)
    monkeypatch.setattr(ranking, "_MIN_RANKED", 1e-300)
    cap, ear, belt, nose = range(4)
    plays = [((cap, ear, belt), Evidence.CALLED), ((nose, belt), Evidence.NOTHING)]
    posterior = learn(RulePosterior(4, wide=NO_WIDE_RULES), plays)
    before = {ranked.rule: ranked.probability for ranked in posterior.ranking(10**6)}
    assert sum(before.values()) == pytest.approx(1 - posterior.p_no_rule())
    favored = next(s for s in before if s.family == "anywhere" and s.plain == s)
    scored = posterior.ranking(10**6, lambda rules: np.array([2.0 * (s == favored) for s in rules]))
    after = {ranked.rule: ranked.probability for ranked in scored}
    assert sum(after.values()) == pytest.approx(sum(before.values()))
    others = [s for s in before if s != favored]
    ratios = [after[s] / before[s] for s in others]
    assert ratios == pytest.approx([ratios[0]] * len(ratios))
    assert after[favored] / before[favored] == pytest.approx(exp(2) * ratios[0])
    again = {ranked.rule: ranked.probability for ranked in posterior.ranking(10**6)}
    assert again == before  # the score of one ranking does not stay for the next


def learn_there_and_back(plays: list[list[Play]]) -> RulePosterior:
    posterior = RulePosterior(7)
    for part in plays:
        for n, (sequence, evidence) in enumerate(part):
            posterior.observe(sequence, evidence, new_game=n == 0)
    return posterior


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_games_of_a_few_plays_are_no_changes_of_signs(length: int) -> None:
    plays = plays_of(clean_coach("next"), 40, 2)
    short, one = RulePosterior(7), RulePosterior(7)
    for n, (sequence, evidence) in enumerate(plays):
        short.observe(sequence, evidence, new_game=n % length == 0)
        one.observe(sequence, evidence)
    assert short.changes.change_points() == []
    assert short.changes.heaviest.start == 0
    asked = [sequence for sequence, _ in plays]
    assert short.predict_many(asked) == pytest.approx(one.predict_many(asked), abs=0.1)


def test_signs_that_the_coach_used_before_come_back_faster_than_new_ones_come() -> None:
    home, away = clean_coach("next", seed=1), clean_coach("next", seed=2)
    first, second, third = plays_of(home, 20, 1), plays_of(away, 20, 2), plays_of(home, 8, 3)
    rows = draw_plays(home, 60, np.random.default_rng(4))
    asked, called = [strip(row) for row in rows.signals], rows.called == CALLED
    known = learn_there_and_back([first, second, third])
    new = learn_there_and_back([plays_of(clean_coach("next", seed=3), 20, 1), second, third])
    right = [((np.array(p.predict_many(asked)) > 0.5) == called).mean() for p in (known, new)]
    assert right[0] > 0.95
    assert right[0] > right[1] + 0.05
    assert known.changes.returns() == {40: 0}
    assert new.changes.returns() == {}


def test_saving_leaves_no_stale_rule_probabilities() -> None:
    posterior = RulePosterior(5)
    for n in range(60):
        sequence = ((0, 1, 2), (2, 1, 0), (3, 0, 4))[n % 3]
        posterior.observe(sequence, Evidence.CALLED if n % 3 == 0 else Evidence.NOTHING)
    before = posterior.rule_probs()
    pack_posterior(posterior)
    gone = posterior.changes.segments[0].listed.count_ids == DEAD
    assert gone.any()
    assert before[gone].max() > 0
    assert posterior.rule_probs()[gone].max() == 0
