"""Rules that are not listed one by one equal brute force where they are exact, and are found."""

from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray

from signdecoder.bayes.changepoints import Hazards
from signdecoder.bayes.context_tables import ContextTables, adjacent_pairs
from signdecoder.bayes.counts import Floats
from signdecoder.bayes.memberships import Candidates, CandidatesOfEach, MembershipFilter, Settings
from signdecoder.bayes.noise_levels import LOG_P_NOISE, MISSED, OWN
from signdecoder.bayes.posterior import RulePosterior
from signdecoder.bayes.serialization import pack_posterior, unpack_posterior
from signdecoder.bayes.wide import NO_WIDE_RULES
from signdecoder.core.outcomes import Evidence
from signdecoder.rules.by_context import ContextRule
from signdecoder.rules.rule import Rule, pad_sequences

CAP, CHIN, EAR, BELT, NOSE, KNEE, WRIST = range(7)
Plays = list[tuple[list[int], bool]]
STILL = Hazards(0.0, 0.0)
SETTINGS = Settings(
    missed=np.array([0.02, 0.06]),
    own=np.array([0.01, 0.03]),
    member=np.array([0.2, 0.5]),
    log_prior=np.log([0.7, 0.3]),
)


def one_structure(members: list[int]) -> Candidates:
    return Candidates(np.zeros(len(members), np.int64), np.array(members, np.int64))


def all_sets(n_members: int, plays: Plays) -> tuple[NDArray[np.bool_], Floats]:
    """Return (2**M, M) all sets, and (2**M, N) how likely each is together with the plays."""
    sets: NDArray[np.bool_] = np.array(list(product((0, 1), repeat=n_members)), np.bool_)
    size = sets.sum(axis=1)[:, None]
    joint = np.exp(SETTINGS.log_prior) * SETTINGS.member**size
    joint = joint * (1 - SETTINGS.member) ** (n_members - size)
    for members, run in plays:
        called = np.any(sets[:, members], axis=1, keepdims=True)
        p = np.where(called, 1 - SETTINGS.missed, SETTINGS.own)
        joint = joint * (p if run else 1 - p)
    return sets, joint


def learn_sets(n_members: int, plays: Plays) -> MembershipFilter:
    memberships = MembershipFilter(SETTINGS, 1, n_members)
    for members, run in plays:
        memberships.observe(one_structure(members), run)
    return memberships


def test_memberships_equal_the_enumeration_of_all_sets_if_a_play_shows_one_candidate() -> None:
    rng = np.random.default_rng(1)
    plays = [([int(rng.integers(5))], bool(rng.random() < 0.4)) for _ in range(30)]
    plays += [([], False), ([], True)]
    sets, joint = all_sets(5, plays)
    memberships = learn_sets(5, plays)
    weights = np.exp(memberships.log_weights(np.zeros(1)))
    assert weights[0] == pytest.approx(joint.sum(axis=0), rel=1e-4)
    p_member = 1 / (1 + np.exp(-memberships.log_odds[0]))
    exact = (joint.T @ sets) / joint.sum(axis=0)[:, None]
    assert p_member == pytest.approx(exact, abs=1e-5)


def test_the_first_play_with_several_candidates_is_exact_too() -> None:
    plays = [([0, 1, 3], True), ([2], False), ([4], True)]
    sets, joint = all_sets(5, plays)
    memberships = learn_sets(5, plays)
    exact = (joint.T @ sets) / joint.sum(axis=0)[:, None]
    assert 1 / (1 + np.exp(-memberships.log_odds[0])) == pytest.approx(exact, abs=1e-5)


def test_plays_with_several_candidates_stay_close_to_the_enumeration() -> None:
    rng = np.random.default_rng(2)
    apart: list[float] = []
    for _ in range(30):
        plays: Plays = []
        for _ in range(25):
            members = sorted({int(s) for s in rng.integers(6, size=2)})
            sets, joint = all_sets(6, plays)
            called = np.any(sets[:, members], axis=1, keepdims=True)
            exact = (joint * np.where(called, 1 - SETTINGS.missed, SETTINGS.own)).sum()
            weights = np.exp(learn_sets(6, plays).log_weights(np.zeros(1)))
            asked = CandidatesOfEach.join([one_structure(members)])
            found = float(learn_sets(6, plays).p_run(asked, weights)[0])
            apart.append(abs(exact / joint.sum() - found / weights.sum()))
            plays.append((members, bool({1, 2} & set(members))))
    assert np.mean(apart) < 0.03


def test_rules_of_context_equal_the_enumeration_of_all_keys() -> None:
    rng = np.random.default_rng(3)
    tables, plays = ContextTables(3), []
    for _ in range(25):
        sequence = tuple(int(s) for s in rng.integers(3, size=4))
        outs, run = int(rng.integers(3)), bool(rng.random() < 0.4)
        plays.append((sequence, outs, run))
        tables.observe(adjacent_pairs(sequence, 3), run, (-1, -1, outs, -1, -1), 0.0, 0.0)
    total = 0.0
    for live, *keys in product(range(3), repeat=4):
        for missed, own, log_p in zip(MISSED, OWN, LOG_P_NOISE, strict=True):
            p = np.exp(log_p) / 3**4
            for sequence, outs, run in plays:
                called = (keys[outs], live) in pairwise(sequence)
                p_run = 1 - missed if called else own
                p *= p_run if run else 1 - p_run
            total += p
    assert tables.posterior(kind=2, varying=0).log_evidence == pytest.approx(np.log(total))


def sequence_with(*signals: int, rng: np.random.Generator, length: int = 7) -> tuple[int, ...]:
    drawn = [int(s) for s in rng.integers(7, size=length)]
    at = int(rng.integers(length - len(signals) + 1))
    drawn[at : at + len(signals)] = signals
    return tuple(drawn)


def learn_any_of_three(plays: int, seed: int = 0) -> RulePosterior:
    """Any of ear, belt, nose right after chin."""
    rng, posterior = np.random.default_rng(seed), RulePosterior(7, hazards=STILL)
    for n in range(plays):
        live = (EAR, BELT, NOSE)[n % 3]
        pair = (CHIN, live) if n % 2 else (live, CHIN)
        sequence = sequence_with(*pair, rng=rng)
        run = any(k == CHIN and m in (EAR, BELT, NOSE) for k, m in pairwise(sequence))
        posterior.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING)
    return posterior


def test_any_of_three_live_signals_is_found_and_told() -> None:
    posterior = learn_any_of_three(60)
    best = posterior.ranking(1)[0]
    assert isinstance(best.rule, Rule)
    assert best.rule.family == "next"
    assert best.rule.indicators == (CHIN,)
    assert {*best.rule.calls, *best.rule.more_live} == {EAR, BELT, NOSE}
    assert best.probability > 0.8
    assert posterior.key_sign_probs()[CHIN] > 0.9
    for live in (EAR, BELT, NOSE):
        assert posterior.predict((CAP, CHIN, live, KNEE)) > 0.9
    assert posterior.predict((CAP, CHIN, KNEE, EAR)) < 0.1


def test_either_of_two_indicators_is_found_and_told() -> None:
    rng, posterior = np.random.default_rng(4), RulePosterior(7, hazards=STILL)
    for n in range(60):
        pair = ((CHIN, EAR), (CAP, EAR), (EAR, CHIN), (EAR, CAP))[n % 4]
        sequence = sequence_with(*pair, rng=rng)
        run = any(m == EAR and k in (CHIN, CAP) for k, m in pairwise(sequence))
        posterior.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING)
    best = posterior.ranking(1)[0].rule
    assert isinstance(best, Rule)
    assert best.calls == (EAR,)
    assert set(best.indicators) == {CHIN, CAP}


def learn_by_outs(plays: int) -> RulePosterior:
    """Belt right after cap with none out, after chin with one, after ear with two."""
    rng, posterior = np.random.default_rng(5), RulePosterior(7, hazards=STILL)
    for n in range(plays):
        outs = int(rng.integers(3))
        key = (CAP, CHIN, EAR)[outs if n % 2 else (outs + 1) % 3]
        sequence = sequence_with(key, BELT, rng=rng)
        run = ((CAP, CHIN, EAR)[outs], BELT) in pairwise(sequence)
        evidence = Evidence.CALLED if run else Evidence.NOTHING
        posterior.observe(sequence, evidence, context=(-1, -1, outs, -1, -1))
    return posterior


def test_a_key_that_depends_on_the_outs_is_found() -> None:
    posterior = learn_by_outs(60)
    assert posterior.context_kind() == 2
    for outs, key in enumerate((CAP, CHIN, EAR)):
        context = (-1, -1, outs, -1, -1)
        assert posterior.predict((KNEE, key, BELT, NOSE), context) > 0.9
        other = (CAP, CHIN, EAR)[(outs + 1) % 3]
        assert posterior.predict((KNEE, other, BELT, NOSE), context) < 0.1
    assert 0.1 < posterior.predict((KNEE, CAP, BELT, NOSE)) < 0.6, "the mean over the outs"


def test_no_context_is_named_where_the_rule_depends_on_none() -> None:
    rng, posterior = np.random.default_rng(6), RulePosterior(7)
    for n in range(50):
        sequence = sequence_with(*((CAP, BELT) if n % 2 else (BELT, CAP)), rng=rng)
        run = (CAP, BELT) in pairwise(sequence)
        context = tuple(int(v) for v in rng.integers((2, 3, 3, 2, 2)))
        posterior.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING, context=context)
    assert posterior.context_kind() is None


@pytest.mark.parametrize("learn", [learn_any_of_three, learn_by_outs])
def test_a_packed_posterior_keeps_what_it_knows_of_wide_rules(learn: object) -> None:
    posterior = learn(25)  # type: ignore[operator]
    restored = unpack_posterior(pack_posterior(posterior), 7, 25)
    asked = [sequence_with(CHIN, EAR, rng=np.random.default_rng(n)) for n in range(20)]
    contexts = [(-1, -1, n % 3, -1, -1) for n in range(20)]
    assert restored.predict_many(asked, contexts) == posterior.predict_many(asked, contexts)
    for each in (restored, posterior):
        each.observe((CAP, CHIN, NOSE), Evidence.CALLED, context=(-1, -1, 1, -1, -1))
    assert restored.predict_many(asked, contexts) == posterior.predict_many(asked, contexts)


def test_signals_that_come_late_change_nothing() -> None:
    known, grown = RulePosterior(7, hazards=STILL), RulePosterior(4, hazards=STILL)
    rng = np.random.default_rng(7)
    plays = []
    for n in range(30):
        drawn = rng.integers(4 if n < 15 else 7, size=6).tolist()
        plays.append((tuple(drawn), (CHIN, EAR) in pairwise(drawn)))
    for n, (sequence, run) in enumerate(plays):
        if n == 15:
            grown.grow(7)
        for each in (known, grown):
            each.observe(sequence, Evidence.CALLED if run else Evidence.NOTHING)
    for ours, theirs in zip(
        known.changes.segments[0].wide_weights(),
        grown.changes.segments[0].wide_weights(),
        strict=True,
    ):
        assert ours.sum() == pytest.approx(theirs.sum(), rel=0.35)
    asked = [sequence for sequence, _ in plays]
    assert grown.predict_many(asked) == pytest.approx(known.predict_many(asked), abs=0.02)


def test_growing_adds_no_kinds_of_sets_that_are_not_tracked() -> None:
    """Segments that are only sketched stay so, and what is impossible stays impossible."""
    known, grown = RulePosterior(7), RulePosterior(4)
    listed = RulePosterior(4, wide=NO_WIDE_RULES)
    rng = np.random.default_rng(1)
    for _ in range(12):
        sequence = rng.integers(4, size=5).tolist()
        evidence = Evidence.CALLED if (CAP, CHIN) in pairwise(sequence) else Evidence.NOTHING
        for each in (known, grown, listed):
            each.observe(sequence, evidence)
    restored = unpack_posterior(pack_posterior(grown), 4, 12)
    for each in (grown, restored, listed):
        each.grow(7)
    assert len(known.changes.segments) > 1
    for theirs in (grown, restored):
        for ours, other in zip(known.changes.segments, theirs.changes.segments, strict=True):
            assert [len(f.ids) for f in ours.wide.filters] == [
                len(f.ids) for f in other.wide.filters
            ]
            assert ours.log_likelihood == pytest.approx(other.log_likelihood, abs=0.05)
    assert all(not weights.size for weights in listed.changes.segments[0].wide_weights())


def test_other_plays_before_contexts_are_noted_are_not_held_against_rules_of_context() -> None:
    """Whether their context is noted or not, these plays are the same evidence."""
    weights = []
    for other in (Evidence.OTHER, Evidence.NOTHING):
        rng, posterior = np.random.default_rng(5), RulePosterior(7, hazards=STILL)
        for n in range(40):
            posterior.observe((KNEE, WRIST), other if n < 8 else Evidence.NOTHING)
        for n in range(24):
            outs = n % 3
            key = (CAP, CHIN, EAR)[outs if n % 2 else (outs + 1) % 3]
            sequence = sequence_with(key, BELT, rng=rng)
            run = ((CAP, CHIN, EAR)[outs], BELT) in pairwise(sequence)
            evidence = Evidence.CALLED if run else Evidence.NOTHING
            posterior.observe(sequence, evidence, context=(-1, -1, outs, -1, -1))
        weights.append(posterior.changes.segments[0].context_weight(2, 0))
    assert weights[0] > 0.1 * weights[1]


@pytest.mark.parametrize("learn", [learn_any_of_three, learn_by_outs])
def test_approximate_predictions_follow_wide_rules(learn: object) -> None:
    posterior = learn(60)  # type: ignore[operator]
    rng = np.random.default_rng(8)
    asked = [sequence_with(*rng.integers(7, size=3).tolist(), rng=rng) for _ in range(60)]
    contexts = [(-1, -1, n % 3, -1, -1) for n in range(60)]
    exact = posterior.predict_many(asked, contexts)
    approx = posterior.predict_approx(pad_sequences(asked), contexts)
    assert np.abs(approx - exact).max() < 0.1


def test_a_key_that_depends_on_the_outs_is_told() -> None:
    best = learn_by_outs(60).ranking(1)[0]
    assert isinstance(best.rule, ContextRule)
    assert (best.rule.kind, best.rule.varies) == ("outs", "key")
    assert [rule.indicator for rule in best.rule.rules] == [CAP, CHIN, EAR]
    assert {rule.calls for rule in best.rule.rules} == {(BELT,)}
    assert best.probability > 0.8
