"""Plays with missed signals: the first one is exact, and a saved posterior continues."""

from itertools import product

import numpy as np
import pytest

from signdecoder.bayes.changepoints import Hazards, PastPlay
from signdecoder.bayes.context_tables import ContextTables, Pairs, adjacent_pairs
from signdecoder.bayes.memberships import Candidates, MembershipFilter, Settings
from signdecoder.bayes.other_plays import OtherPlayCounts
from signdecoder.bayes.partial_memberships import WeighedCandidates, observe_partly
from signdecoder.bayes.partly_shown import weigh_pairs
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.bayes.wide import WidePrior
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import Evidence

V = 6
SETTINGS = Settings(
    missed=np.array([0.02, 0.06]),
    own=np.array([0.01, 0.03]),
    member=np.array([0.2, 0.5]),
    log_prior=np.log([0.7, 0.3]),
)
SEEN = [((0, 1, 2), True), ((3, 1, 4), False), ((0, 1, 5, 2), True), ((2, 3, 5), False)]
MIXED = (((0, 1, 3), (0, 2, 3), (0, 4, 3)), (0.5, 0.3, 0.2))


def evidence(run: bool) -> Evidence:
    return Evidence.CALLED if run else Evidence.NOTHING


def learn(wide: WidePrior | None = None) -> RulePosterior:
    posterior = RulePosterior(V, hazards=Hazards(0, 0), wide=wide)
    for n, (sequence, run) in enumerate(SEEN):
        context = (-1, -1, n % 3, -1, -1)
        posterior.observe(sequence, evidence(run), context=context)
    return posterior


def missed_play(run: bool) -> PastPlay:
    return PastPlay((0, -99, 3), evidence(run), (-1, -1, 1, -1, -1), *MIXED)


@pytest.mark.parametrize("run", [True, False])
def test_a_play_is_as_likely_as_the_mean_over_what_was_missed(run: bool) -> None:
    before, each = learn().changes.heaviest.log_weight, []
    for sequence in MIXED[0]:
        posterior = learn()
        posterior.observe(sequence, evidence(run), context=(-1, -1, 1, -1, -1))
        each.append(np.exp(posterior.changes.heaviest.log_weight - before))
    posterior = learn()
    posterior.observe_play(missed_play(run))
    after = posterior.changes.heaviest.log_weight
    assert np.exp(after - before) == pytest.approx(np.array(MIXED[1]) @ each, rel=1e-3)


@pytest.mark.parametrize("run", [True, False])
def test_the_probability_of_each_rule_is_the_exact_mixture(run: bool) -> None:
    joint = np.zeros(len(learn().hypotheses))
    for sequence, weight in zip(*MIXED, strict=True):
        posterior = learn()
        posterior.observe(sequence, evidence(run))
        likelihood = np.exp(posterior.changes.heaviest.log_weight)
        joint += weight * likelihood * posterior.rule_probs()
    posterior = learn()
    posterior.observe_play(missed_play(run))
    exact = joint / np.exp(posterior.changes.heaviest.log_weight)
    assert posterior.rule_probs() == pytest.approx(exact, abs=2e-4)


def shown(*groups: tuple[int, ...]) -> list[Candidates]:
    return [Candidates(np.zeros(len(g), np.int64), np.array(g, np.int64)) for g in groups]


@pytest.mark.parametrize("run", [True, False])
def test_memberships_are_the_exact_marginals_of_the_mixture(run: bool) -> None:
    groups, weights = [(0, 1), (1, 2), (), (1, 0)], np.array([0.4, 0.3, 0.2, 0.1])
    sets = np.array(list(product((0, 1), repeat=4)), np.bool_)
    size = sets.sum(axis=1)[:, None]
    joint = SETTINGS.member**size * (1 - SETTINGS.member) ** (4 - size)
    likelihood = np.zeros_like(joint)
    for group, weight in zip(groups, weights, strict=True):
        called = np.any(sets[:, list(group)], axis=1, keepdims=True)
        p = np.where(called, 1 - SETTINGS.missed, SETTINGS.own)
        likelihood += weight * (p if run else 1 - p)
    joint = joint * likelihood
    memberships = MembershipFilter(SETTINGS, 1, 4)
    observe_partly(memberships, WeighedCandidates.join(shown(*groups), weights), run)
    weights_of = np.exp(memberships.log_weights(np.zeros(1)) - SETTINGS.log_prior)
    assert weights_of[0] == pytest.approx(joint.sum(axis=0), rel=1e-4)
    exact = (joint.T @ sets) / joint.sum(axis=0)[:, None]
    assert 1 / (1 + np.exp(-memberships.log_odds[0])) == pytest.approx(exact, abs=1e-5)


def test_a_play_of_which_everything_was_seen_is_the_special_case() -> None:
    usual, partly = (MembershipFilter(SETTINGS, 3, V) for _ in range(2))
    structure, member = np.array([0, 0, 2]), np.array([1, 4, 5])
    candidates = Candidates(structure, member)
    usual.observe(candidates, True)
    observe_partly(partly, WeighedCandidates.join([candidates], np.ones(1)), True)
    assert partly.log_odds == pytest.approx(usual.log_odds, abs=1e-5)
    assert partly.log_ratio == pytest.approx(usual.log_ratio, abs=1e-6)


@pytest.mark.parametrize("other", [True, False])
def test_where_other_plays_occur_is_the_mean_over_what_was_missed(other: bool) -> None:
    def seen() -> OtherPlayCounts:
        counts = OtherPlayCounts.begin(2, 3)
        for shown, was_other in (((0, 2), True), ((0, 3), False), ((0, 0), False)):
            counts.count(np.array(shown), was_other)
        return counts

    before, partly, each = seen().log_likelihood(), seen(), []
    for showing in (2, 3):
        counts = seen()
        counts.count(np.array([0, showing]), other)
        each.append(np.exp(counts.log_likelihood() - before))
    partly.count_partly(np.array([[1, 0, 0, 0, 0], [0, 0, 0.7, 0.3, 0]]), other)
    mean = 0.7 * each[0] + 0.3 * each[1]
    assert np.exp(partly.log_likelihood() - before) == pytest.approx(mean)


def test_a_pair_is_as_probable_as_the_completions_that_show_it() -> None:
    shown = [adjacent_pairs(sequence, V) for sequence in MIXED[0]]
    pairs, p = weigh_pairs(shown, np.array(MIXED[1]), V)
    found = dict(zip(zip(*map(np.ndarray.tolist, pairs), strict=True), p.tolist(), strict=True))
    assert found == pytest.approx(
        {(0, 1): 0.5, (1, 3): 0.5, (0, 2): 0.3, (2, 3): 0.3, (0, 4): 0.2, (4, 3): 0.2}
    )


def test_pairs_in_a_context_are_as_likely_as_the_mean_over_what_was_missed() -> None:
    tables = [ContextTables(V) for _ in range(3)]
    context, pair = (-1, -1, 1, -1, -1), Pairs(np.array([0]), np.array([3]))
    nothing = Pairs(*np.zeros((2, 0), np.int64))
    tables[0].observe(pair, True, context, 0.0, 0.0)
    tables[1].observe(nothing, True, context, 0.0, 0.0)
    tables[2].observe(pair, True, context, 0.0, 0.0, np.array([0.3]))
    p_called, p_not, p = (np.exp(table.log_ratio[2, 1, 0, 3]) for table in tables)
    assert p == pytest.approx(0.3 * p_called + 0.7 * p_not, rel=1e-5)


def test_a_saved_posterior_continues_with_its_factors() -> None:
    posterior = learn()
    posterior.observe_play(missed_play(True))
    posterior.observe((2, 5, 1), Evidence.OTHER)
    posterior.observe_play(missed_play(False))
    blob = pack_posterior(posterior)
    resumed = unpack_posterior(blob, V, posterior.n_plays)
    for each in (posterior, resumed):
        each.observe((0, 1, 4), Evidence.CALLED)
    assert resumed.rule_probs() == pytest.approx(posterior.rule_probs(), abs=1e-12)
    factors = posterior.changes.heaviest.listed.log_factor
    assert factors is not None
    factors[:] = 1e6
    with pytest.raises(SigndecoderError, match="another log"):
        unpack_posterior(pack_posterior(posterior), V, posterior.n_plays)


def test_factors_follow_rules_to_more_signals() -> None:
    grown = learn()
    grown.observe_play(missed_play(True))
    before = grown.changes.heaviest.log_weight
    grown.grow(V + 2)
    assert grown.changes.heaviest.log_weight == pytest.approx(before, abs=0.7)
    factors = grown.changes.heaviest.listed.log_factor
    assert factors is not None
    assert factors.any()
