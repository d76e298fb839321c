"""Logs beyond the grammar: what they show, and what the network is taught about them."""

from dataclasses import replace

import numpy as np
import pytest

from signdecoder.core.outcomes import Evidence
from signdecoder.rules.matching import plays_called
from signdecoder.rules.pair_roles import ROLES
from signdecoder.rules.pair_rules import N_PAIR_RULES, N_SET_RULES
from signdecoder.rules.rule import BLANK, CALLED, Rule
from signdecoder.simulation.seasons import SimulatedGames
from signdecoder.training import wide_logs
from signdecoder.training.batches import network_inputs
from signdecoder.training.episodes import Bucket, EpisodeBatch, draw_log
from signdecoder.training.wide_logs import draw_wide_episodes

BUCKET = Bucket(1, 40, 8, 8)
NEXT = ROLES.index("next")


@pytest.fixture(scope="module")
def logs() -> EpisodeBatch:
    return draw_wide_episodes(replace(BUCKET, logs=150), np.random.default_rng(1))


def test_about_half_of_the_logs_are_split_and_have_set_rules_as_targets(
    logs: EpisodeBatch,
) -> None:
    n_pairs = BUCKET.slots**2 * N_PAIR_RULES
    of_sets = logs.rule[:, -1, n_pairs:-1]
    assert of_sets.shape[1] == BUCKET.slots * N_SET_RULES
    assert 0.15 < (of_sets.sum(axis=1) > 0.5).mean() < 0.5  # not every family has set rules
    for targets in (logs.rule, logs.key, logs.chances):
        assert targets.sum(axis=-1) == pytest.approx(1.0, abs=1e-5)


def test_some_logs_lack_signals_or_outcomes(logs: EpisodeBatch) -> None:
    unseen = (logs.signals == BUCKET.slots).any(axis=(1, 2)).mean()
    quiet = ((logs.evidence == Evidence.SILENT).mean(axis=1) > 0.35).mean()
    assert 0.04 < unseen < 0.2
    assert 0.02 < quiet < 0.16
    inputs, _, _ = network_inputs(logs, BUCKET.slots, np.random.default_rng(2))
    lengths = (logs.signals != BLANK).sum(axis=-1)
    # A signal that was not seen takes its place in the sequence, but is none of the slots.
    assert (inputs["cut"][:, :, 0].argmax(axis=-1) == lengths - 1).all()
    seen = inputs["shown"].sum(axis=(-2, -1))
    assert (seen == ((logs.signals >= 0) & (logs.signals < BUCKET.slots)).sum(axis=-1)).all()


def test_a_split_log_is_the_same_log_with_more_names(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[SimulatedGames] = []

    def keep(bucket: Bucket, rng: np.random.Generator, level: float) -> tuple[SimulatedGames, bool]:
        games, by_game = draw_log(bucket, rng, level)
        drawn.append(games)
        return games, by_game

    monkeypatch.setattr(wide_logs, "draw_log", keep)
    monkeypatch.setattr(wide_logs, "SPLIT", 1.0)
    monkeypatch.setattr(wide_logs, "UNSEEN", 0.0)
    sets = 0
    for seed in range(40):
        log = draw_wide_episodes(BUCKET, np.random.default_rng(seed))
        before, signals = drawn[-1].signals, log.signals[0]
        names = {
            int(s): set(np.unique(signals[before == s]).tolist())
            for s in np.unique(before)
            if s >= 0
        }
        assert ((signals == BLANK) == (before == BLANK)).all()
        assert sum(map(len, names.values())) == len(set().union(*names.values()))
        split = [s for s, found in names.items() if len(found) > 1]
        assert len(split) <= 1
        assert (log.chances[0] == drawn[-1].probs).all()
        regime = drawn[-1].regimes[-1]
        if (
            regime.coach.rule.family != "next"
            or not split
            or split[0] != regime.coach.rule.calls[0]
        ):
            continue
        # Every name of the live signal has its role.
        (key,) = names[regime.coach.rule.indicator]
        live = {int(n) for n in np.flatnonzero(log.roles[0, -1].reshape(8, 8, -1)[key, :, NEXT])}
        assert names[split[0]] <= live
        sets += 1
    assert sets >= 2


def test_a_call_by_the_split_rule_is_a_call_by_one_of_its_names() -> None:
    rng = np.random.default_rng(5)
    plays = rng.integers(0, 6, (200, 7)).astype(np.int16)
    order, clones = np.arange(6), np.array([2, 4, 5])
    rule = Rule("next", (2,), 1)
    merged = np.where(np.isin(plays, clones), 2, plays).astype(np.int16)
    any_of = np.zeros(len(plays), np.bool_)
    for clone in clones:
        any_of |= plays_called(replace(rule, calls=(int(clone),)), plays) == CALLED
    assert ((plays_called(rule, merged) == CALLED) == any_of).all()
    assert wide_logs._renumber(rule, order[::-1].copy()) == Rule("next", (3,), 4)
