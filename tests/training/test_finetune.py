"""Fine-tuning: when it happens, when its result is accepted, and its batches."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from signdecoder.analysis.holdout import Scores, score
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.lstm.weights import Weights
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.named_log import simulate
from signdecoder.training.coach_logs import CoachLog, encode_log, sample_episodes
from signdecoder.training.finetune import _compare, fine_tune, only_read
from tests.support.networks import random_weights


def scores(by_game: list[float]) -> Scores:
    """One play a game, with this log loss."""
    loss = np.array(by_game)
    right = loss < 0.7
    return Scores(loss, right, loss, right, np.arange(len(loss)), "games")


def test_tuned_weights_are_accepted_if_the_loss_falls_by_more_than_one_standard_error() -> None:
    # Falls of 0.3, 0.1 and 0.2: mean 0.2, standard deviation 0.1, error 0.1 / sqrt(3) = 0.058.
    kept, why = _compare({"A": scores([1.0, 1.0, 1.0])}, {"A": scores([0.7, 0.9, 0.8])})
    assert kept
    assert "fell by 0.2000 ± 0.0577 nats per play on 3 held-out games" in why


def test_tuned_weights_are_rejected_if_the_fall_is_within_the_error() -> None:
    # Falls of 0.5, -0.4 and 0.2: mean 0.1, standard deviation 0.458, error 0.265.
    kept, why = _compare({"A": scores([1.0, 1.0, 1.0])}, {"A": scores([0.5, 1.4, 0.8])})
    assert not kept
    assert "fell by no more than one standard error, 0.1000 ± 0.2646 nats" in why


def test_tuned_weights_are_rejected_if_the_loss_rises() -> None:
    kept, why = _compare({"A": scores([1.0, 1.0])}, {"A": scores([1.5, 1.1])})
    assert not kept
    assert "log loss rose by 0.3000" in why


def test_tuned_weights_are_rejected_with_one_held_out_game() -> None:
    kept, why = _compare({"A": scores([1.0])}, {"A": scores([0.1])})
    assert not kept
    assert "two held-out games" in why


def test_with_fewer_than_four_games_nothing_is_tuned() -> None:
    plays = simulate(20, 1, games=3).plays
    tuning = fine_tune({"A": plays}, "steal", random_weights())
    assert (tuning.served, tuning.weights) == (frozenset(), None)
    assert tuning.held_out["A"].how == "in order"
    assert "four games" in tuning.why


def test_a_log_of_one_game_loads_no_keras() -> None:
    code = (
        "import sys; from signdecoder.training.finetune import fine_tune;"
        "from signdecoder.core.play import Play; from tests.support.networks import random_weights;"
        "fine_tune({'A': [Play(('cap',), 'steal')] * 3}, 'steal', random_weights());"
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_without_tuning_coaches_are_scored_with_the_weights_they_use() -> None:
    plays = simulate(40, 1, games=8).plays
    shipped, tuned = random_weights(1), random_weights(2)
    tuning = only_read({"A": plays, "B": plays}, "steal", {"A": tuned}, shipped)
    assert (set(tuning.served), tuning.weights) == ({"A"}, None)
    for coach, weights in (("A", tuned), ("B", shipped)):
        assert tuning.held_out[coach] == score(plays, "steal", weights).held_out()
    assert tuning.held_out["A"].how == "games"
    assert tuning.held_out["A"] != tuning.held_out["B"]


def test_coaches_are_scored_and_learned_from_with_their_own_same_plays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plays = simulate(40, 1, games=8).plays
    slaps = [replace(p, outcome="slap") if p.outcome == "steal" else p for p in plays]
    own, weights = {"A": parse_same_plays(same=["steal,slap"])}, random_weights(1)
    learned: list[CoachLog] = []

    def train(logs: list[CoachLog], *_: object) -> Weights:
        learned.extend(logs)
        return weights

    monkeypatch.setattr("signdecoder.training.finetune._train", train)
    tuning = fine_tune({"A": slaps, "B": slaps}, "steal", weights, own)
    called = [int((log.evidence == Evidence.CALLED).sum()) for log in learned]
    assert called[0] > called[1] == 0
    assert tuning.held_out["A"] == score(plays, "steal", weights).held_out()
    assert only_read({"A": slaps}, "steal", {}, weights, own).held_out == {
        "A": tuning.held_out["A"]
    }


def test_tuned_weights_are_used_only_for_coaches_they_help(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = {
        ("good", False): scores([1.0, 1.0, 1.0]),
        ("good", True): scores([0.2, 0.3, 0.2]),
        ("bad", False): scores([0.5, 0.5]),
        ("bad", True): scores([0.6, 0.5]),
    }
    shipped, tuned = random_weights(1), random_weights(2)
    monkeypatch.setattr(
        "signdecoder.training.finetune.score",
        lambda plays, _, w, __: losses[plays[0].coach, w is tuned],
    )
    monkeypatch.setattr("signdecoder.training.finetune._train", lambda *_: tuned)
    coaches = {c: simulate(40, 1, coach=c, games=8).plays for c in ("good", "bad")}
    tuning = fine_tune(coaches, "steal", shipped)
    assert (set(tuning.served), tuning.weights) == ({"good"}, tuned)
    assert tuning.why.endswith(
        "The tuned weights are used for 1 of 2 coaches, the shipped ones for the others."
    )
    assert tuning.held_out["good"] == losses["good", True].held_out()
    assert tuning.held_out["bad"] == losses["bad", False].held_out()


def test_a_log_is_encoded_with_slots_and_outcome_targets() -> None:
    plays = [
        Play(("cap", "belt"), "steal", game="1"),
        Play(("Cap", "ear", "cap", "belt"), "unknown", game="1"),
        Play(("ear",), "not_steal", game="2"),
        Play(("belt",), "none", game="2"),
    ]
    log = encode_log(plays, "steal")
    assert log.slots == 3
    assert log.signals.tolist() == [
        [0, 1, BLANK, BLANK],
        [0, 2, 0, 1],
        [2, BLANK, BLANK, BLANK],
        [1, BLANK, BLANK, BLANK],
    ]
    evidence = [Evidence.CALLED, Evidence.SILENT, Evidence.NOT_CALLED, Evidence.NOTHING]
    assert log.evidence.tolist() == evidence
    assert log.new_game.tolist() == [True, False, True, False]
    episode = sample_episodes(log, np.random.default_rng(0))
    assert episode.weight[0].tolist() == [1, 0, 1, 1]  # an unknown outcome is no target
    assert episode.chances[0, [0, 2, 3]].tolist() == [[1, 0, 0], [0, 0.5, 0.5], [0, 0, 1]]
    assert not episode.key_weight.any()


def test_logs_of_different_sizes_share_a_few_batch_shapes() -> None:
    shapes = set()
    for seed in range(12):
        made = simulate(30 + seed, seed, family="next", level="youth").plays
        bucket = encode_log(made, "steal").bucket
        shapes.add((bucket.plays, bucket.width, bucket.slots))
    assert len(shapes) <= 4


@pytest.mark.slow
def test_tuning_reports_each_step_and_leaves_the_given_weights_unchanged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signdecoder.training.learner.USE_XLA", False)
    monkeypatch.setattr("signdecoder.training.coach_logs._MAX_LOGS", 2)
    weights = random_weights()
    before = weights.hash
    seen: list[int] = []
    plays = simulate(64, 1, games=8).plays
    fine_tune({"A": plays}, "steal", weights, epochs=1, progress=lambda p: seen.append(p.step))
    assert seen == list(range(1, 21))
    assert weights.hash == before


@pytest.mark.slow
def test_a_tuner_measures_without_learning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signdecoder.training.learner.USE_XLA", False)
    from signdecoder.training.tuner import Tuner

    weights = random_weights()
    log = encode_log(simulate(40, 1).plays, "steal")
    slots, episodes = log.bucket.slots, sample_episodes(log, np.random.default_rng(0))
    tuner = Tuner(weights)
    first = tuner.measure(slots, episodes)
    assert tuner.measure(slots, episodes) == first
    assert tuner.weights().arrays["play/bias"] == pytest.approx(weights.arrays["play/bias"])
    for _ in range(12):
        tuner.learn(slots, episodes, 1e-3)
    assert tuner.measure(slots, episodes) < first
    tuned = tuner.weights()
    assert tuned.hash != weights.hash
    assert (tuned.training["steps"], tuned.training["from"]) == (12, weights.hash)
