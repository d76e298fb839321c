"""Fine-tuning: when it happens, when its result is accepted, and its batches."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from signdecoder.analysis.holdout import Scores, Split, score
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.progress import Clock, Progress
from signdecoder.core.same_plays import SamePlays, parse_same_plays
from signdecoder.lstm.weights import Weights
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.named_log import simulate
from signdecoder.training.coach_logs import CoachLog, encode_log, sample_episodes
from signdecoder.training.finetune import fine_tune, only_read
from signdecoder.training.judgement import can_be_judged, compare, what_is_missing
from tests.support.networks import random_weights


def scores(by_game: list[float]) -> Scores:
    """One play a game, with this log loss."""
    loss = np.array(by_game)
    right = loss < 0.7
    return Scores(loss, right, loss, right, np.arange(len(loss)), "games")


def season(games: int, calls: int, coach: str = "") -> list[Play]:
    """Games with this many called plays each, and one other."""
    outcomes = ["steal"] * calls + ["none"]
    return [
        Play(("cap", "belt"), outcome, coach=coach, game=f"game {n}")
        for n in range(games)
        for outcome in outcomes
    ]


def test_tuned_weights_are_better_if_the_loss_falls_by_more_than_the_error() -> None:
    # Falls of 0.3, 0.1, 0.2, 0.2: mean 0.2, standard deviation 0.0816, error 0.0408 · 1.194.
    found = compare([scores([1.0] * 4)], [scores([0.7, 0.9, 0.8, 0.8])])
    assert found.is_better
    assert found.words == "log loss fell by 0.200 ± 0.049 nats per play on 4 held-out games"


def test_tuned_weights_are_no_better_if_the_fall_is_within_the_error() -> None:
    # Falls of 0.5, -0.4, 0.2, 0.1: mean 0.1, standard deviation 0.374, error 0.187 · 1.194.
    found = compare([scores([1.0] * 4)], [scores([0.5, 1.4, 0.8, 0.9])])
    assert not found.is_better
    assert "fell by only 0.100 ± 0.223 nats" in found.words


def test_a_fall_within_the_wider_error_of_few_games_is_not_enough() -> None:
    # Mean 0.1; the plain standard error is 0.0913, which is less, and 1.194 times it is more.
    falls = np.array([0.35, -0.05, 0.1, 0.0])
    found = compare([scores([1.0] * 4)], [scores([*(1.0 - falls)])])
    plain = falls.std(ddof=1) / 2
    assert plain < found.gain < found.error == pytest.approx(plain * 1.197, rel=3e-3)
    many = np.tile(falls, 10)  # the widening vanishes
    assert compare([scores([1.0] * 40)], [scores([*(1.0 - many)])]).is_better


def test_a_rise_of_the_loss_is_named() -> None:
    found = compare([scores([1.0, 1.0])], [scores([1.5, 1.1])])
    assert not found.is_better
    assert "log loss rose by 0.300" in found.words


def test_the_games_of_all_coaches_are_compared_together() -> None:
    found = compare([scores([1.0, 1.0]), scores([0.5])], [scores([0.8, 0.7]), scores([0.6])])
    assert found.games == 3
    assert found.gain == pytest.approx(0.4 / 3)


@pytest.mark.parametrize(
    ("games", "calls", "judged"), [(4, 5, True), (3, 9, False), (4, 4, False), (5, 4, True)]
)
def test_a_tuning_is_judged_on_four_games_with_enough_calls(
    games: int, calls: int, judged: bool
) -> None:
    plays = season(games, calls)
    assert can_be_judged(plays, "steal") is judged
    no_calls = [Play(("cap",), "none", game=f"quiet {n}") for n in range(4)]
    assert can_be_judged([*plays, *no_calls], "steal") is judged  # they are no games with a call


def test_without_enough_games_it_says_what_tuning_takes() -> None:
    coaches = {"Bears": season(1, 2), "Lions": season(3, 9)}
    assert what_is_missing(coaches, "steal", {}) == (
        "Tuning takes a coach with 4 games that have a steal each, and 20 of them in all"
        " (Lions: 3 games, 27 in all; Bears: 1 game, 2 in all)."
    )
    many = {f"Coach {n}": season(1, n) for n in range(1, 6)}
    assert what_is_missing(many, "steal", {}).endswith(
        " (Coach 5: 1 game, 5 in all; Coach 4: 1 game, 4 in all; Coach 3: 1 game, 3 in all; others"
        " have no more)."
    )


def test_without_enough_games_nothing_is_tuned() -> None:
    plays = season(3, 9)
    said: list[str] = []
    tuning = fine_tune({"A": plays}, "steal", random_weights(), say=said.append)
    assert (tuning.served, tuning.weights, said) == (frozenset(), None, [])
    assert tuning.held_out["A"] == score(plays, "steal", random_weights()).held_out()
    assert "The network was not tuned. Tuning takes" in tuning.why


def test_a_log_of_one_game_loads_no_keras() -> None:
    code = (
        "import sys; from signdecoder.training.finetune import fine_tune;"
        "from signdecoder.core.play import Play; from tests.support.networks import random_weights;"
        "fine_tune({'A': [Play(('cap',), 'steal')] * 3}, 'steal', random_weights());"
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_without_tuning_coaches_with_shipped_weights_are_scored() -> None:
    plays = simulate(40, 1, games=8).plays
    shipped = random_weights(1)
    tuning = only_read({"A": plays, "B": plays}, "steal", shipped, frozenset("A"))
    assert (set(tuning.served), tuning.weights) == ({"A"}, None)
    # Tuned weights have seen the plays.
    assert tuning.held_out == {"A": None, "B": score(plays, "steal", shipped).held_out()}


class FakeLoop:
    """Notes how many plays each tuning has seen; returns weights that are known by their order."""

    def __init__(self, *_: object) -> None:
        self.asked: list[tuple[list[int], str, int]] = []
        self.logs: list[CoachLog] = []

    def tune(self, logs: list[CoachLog], weights: Weights, steps: int) -> Weights:
        self.logs += logs
        self.asked.append(([len(log.evidence) for log in logs], weights.hash, steps))
        return TUNED[len(self.asked) - 1]


SHIPPED, *TUNED = (random_weights(seed) for seed in range(4))
HALVES = ({"game 1", "game 3"}, {"game 0", "game 2", "game 4"})


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> FakeLoop:
    """A training loop that does not train."""
    loop = FakeLoop()
    monkeypatch.setattr("signdecoder.training.tuning_loop.TuningLoop", lambda *_: loop)
    return loop


def give_losses(
    monkeypatch: pytest.MonkeyPatch, losses: dict[tuple[str, str], float], seen: list[object]
) -> None:
    """Replace scores by a loss for each coach and weights, and note what was predicted."""
    names = {SHIPPED.hash: "shipped"} | {w.hash: f"tuned {n + 1}" for n, w in enumerate(TUNED)}

    def score_split(split: Split, _: str, weights: Weights, __: SamePlays) -> Scores:
        coach, name = split.held_out[0].coach, names[weights.hash]
        seen.append((name, {p.game for p in split.held_out}, {p.game for p in split.learned}))
        jitter = 1 + 0.01 * np.array(split.game)  # so that games differ
        loss = losses[coach, name] * jitter
        return Scores(loss, loss < 0.7, loss, loss < 0.7, np.array(split.game), "games")

    monkeypatch.setattr("signdecoder.training.finetune.score_split", score_split)


def test_each_game_is_predicted_by_weights_that_have_not_seen_it(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    seen: list[object] = []
    losses = {("A", "shipped"): 1.0, ("A", "tuned 1"): 0.5, ("A", "tuned 2"): 0.6}
    losses["A", "tuned 3"] = 0.4
    give_losses(monkeypatch, losses, seen)
    tuning = fine_tune({"A": season(5, 5, "A")}, "steal", SHIPPED, epochs=2)
    assert seen == [
        (name, *(HALVES if turn == 0 else HALVES[::-1]))
        for name, turn in (
            ("shipped", 0), ("shipped", 1), ("tuned 1", 0), ("tuned 2", 1),
            ("tuned 3", 0), ("tuned 3", 1),
        )
    ]  # fmt: skip
    first, second, final = loop.asked
    assert first == ([18], SHIPPED.hash, 40)  # plays of three games
    assert second == ([12], SHIPPED.hash, 40)
    assert final == ([30], SHIPPED.hash, 40)
    assert (set(tuning.served), tuning.weights) == ({"A"}, TUNED[2])
    assert tuning.why.startswith("Tuned on these logs: log loss fell by 0.4")
    held_out = tuning.held_out["A"]
    assert held_out is not None
    assert held_out.plays == 30
    assert held_out.log_loss == pytest.approx(0.571, abs=0.001)  # 12 plays at 0.5, 18 at 0.6


def test_a_last_tuning_that_predicts_what_it_has_seen_no_better_is_rejected(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    losses = {("A", "shipped"): 1.0, ("A", "tuned 1"): 0.5, ("A", "tuned 2"): 0.6}
    give_losses(monkeypatch, losses | {("A", "tuned 3"): 1.01}, [])
    tuning = fine_tune({"A": season(5, 5, "A")}, "steal", SHIPPED)
    assert len(loop.asked) == 3
    assert (tuning.served, tuning.weights) == (frozenset(), None)
    assert tuning.why == (
        "Kept the old weights: tuned on all plays, the network predicts them no better."
    )
    held_out = tuning.held_out["A"]
    assert held_out is not None
    assert held_out.log_loss == pytest.approx(1.0, abs=0.05)


def test_a_tuning_that_does_not_help_stops_after_the_first_half(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    give_losses(monkeypatch, {("A", "shipped"): 1.0, ("A", "tuned 1"): 1.1}, [])
    tuning = fine_tune({"A": season(5, 5, "A")}, "steal", SHIPPED)
    assert len(loop.asked) == 1
    assert (tuning.served, tuning.weights) == (frozenset(), None)
    assert tuning.why.startswith("Kept the old weights: with weights tuned on half, log loss rose")
    held_out = tuning.held_out["A"]
    assert held_out is not None
    assert held_out.log_loss == pytest.approx(1.0, abs=0.05)


def test_a_tuning_that_helps_one_half_and_harms_the_other_is_rejected(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    losses = {("A", "shipped"): 1.0, ("A", "tuned 1"): 0.9, ("A", "tuned 2"): 1.2}
    give_losses(monkeypatch, losses, [])
    tuning = fine_tune({"A": season(5, 5, "A")}, "steal", SHIPPED)
    assert len(loop.asked) == 2
    assert tuning.weights is None
    assert tuning.why.startswith("Kept the old weights: with tuned weights, log loss rose")


def test_coaches_are_scored_and_learned_from_with_their_own_same_plays(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    plays = season(5, 5, "A")
    slaps = [replace(p, outcome="slap") if p.outcome == "steal" else p for p in plays]
    own = {"A": parse_same_plays(same=["steal,slap"])}
    assert can_be_judged(slaps, "steal", own["A"])
    assert not can_be_judged(slaps, "steal")
    tuning = fine_tune({"A": slaps, "B": slaps}, "steal", SHIPPED, own)
    called = [int((log.evidence == Evidence.CALLED).sum()) for log in loop.logs]
    assert called[0] == 15
    assert tuning.held_out["A"] == score(plays, "steal", SHIPPED).held_out()
    only = only_read({"A": slaps}, "steal", SHIPPED, frozenset(), own)
    assert only.held_out == {"A": score(plays, "steal", SHIPPED).held_out()}
    few = {"A": slaps[:6]}
    assert "A: 1 game, 5 in all" in what_is_missing(few, "steal", own)


def test_tuned_weights_are_used_only_for_coaches_they_help(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    losses = {(c, "shipped"): 1.0 for c in ("good", "bad")}
    losses |= {("good", f"tuned {n}"): 0.2 for n in (1, 2, 3)}
    losses |= {("bad", f"tuned {n}"): 1.02 for n in (1, 2, 3)}
    give_losses(monkeypatch, losses, [])
    few = season(2, 3, "few")
    coaches = {"good": season(9, 5, "good"), "bad": season(4, 5, "bad"), "few": few}
    monkeypatch.setattr("signdecoder.training.finetune.score", lambda *_: scores([0.9]))
    tuning = fine_tune(coaches, "steal", SHIPPED)
    assert set(tuning.served) == {"good"}
    assert len(loop.asked[0][0]) == 2  # nothing is learned from a coach with few games
    assert tuning.why.endswith(
        "The tuned weights are used for 1 of 3 coaches, the shipped ones for the others."
    )
    found = {coach: held and held.log_loss for coach, held in tuning.held_out.items()}
    assert found == {
        "good": pytest.approx(0.2, abs=0.02), "bad": pytest.approx(1.0, abs=0.03), "few": 0.9
    }  # fmt: skip


def test_it_says_how_long_it_takes_after_a_few_steps(
    monkeypatch: pytest.MonkeyPatch, loop: FakeLoop
) -> None:
    losses = {("A", "shipped"): 1.0, ("A", "tuned 1"): 0.5, ("A", "tuned 2"): 0.6}
    losses["A", "tuned 3"] = 0.4
    give_losses(monkeypatch, losses, [])
    reports: list[Callable[[Progress], None]] = []

    def make(weights: Weights, clock: Clock, progress: Callable[..., None]) -> FakeLoop:
        reports.append(progress)
        return loop

    monkeypatch.setattr("signdecoder.training.tuning_loop.TuningLoop", make)
    said: list[str] = []
    fine_tune({"A\x1b": season(5, 5, "A")}, "steal", SHIPPED, say=said.append)
    assert said == [
        "Tuning the network on 5 games of A\\x1b. Each game is predicted by weights that have not"
        " seen it. Getting ready takes a minute."
    ]
    for step in range(1, 10):
        reports[0](Progress(step, 100, 0.5, 250 - step))
    assert said[1:] == ["This takes about 4 min; less if it does not help."]


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


def test_an_episode_is_a_third_of_a_stretch_of_the_log_in_order() -> None:
    signs = [f"sign {n}" for n in range(6)]
    plays = [Play((signs[n // 20],), "none", game=f"game {n // 40}") for n in range(120)]
    log = encode_log(plays, "steal")
    kinds = {
        tuple(sample_episodes(log, np.random.default_rng(n)).signals[0, :, 0]) for n in range(9)
    }
    assert len(kinds) == 9
    for kind in kinds:
        assert len(kind) == 24
        assert list(kind) == sorted(kind)  # in order
        assert 3 <= len(set(kind)) <= 5  # of 72 plays in a row
    few = encode_log(plays[:24], "steal")
    assert sample_episodes(few, np.random.default_rng(0)).signals[0, :, 0].tolist() == (
        [0] * 20 + [1] * 4
    )


def test_an_episode_knows_where_games_begin() -> None:
    plays = [Play(("cap",), "none", game=f"game {n // 12}") for n in range(24)]
    episode = sample_episodes(encode_log(plays, "steal"), np.random.default_rng(0))
    assert np.flatnonzero(episode.new_game[0]).tolist() == [0, 12]
    assert episode.segment_id[0].tolist() == [1] * 12 + [2] * 12


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
    monkeypatch.setattr("signdecoder.training.coach_logs._MAX_LOGS", 2)
    weights = random_weights()
    before = weights.hash
    seen: list[int] = []
    plays = simulate(64, 1, games=8).plays
    fine_tune({"A": plays}, "steal", weights, epochs=1, progress=lambda p: seen.append(p.step))
    assert seen[:20] == list(range(1, 21))
    assert len(seen) in {20, 40, 60}  # it ends where the held-out games are predicted no better
    assert weights.hash == before


@pytest.mark.slow
def test_tuning_again_gives_the_same_weights_whatever_was_learned_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signdecoder.training.coach_logs._MAX_LOGS", 1)
    from signdecoder.training.tuning_loop import TuningLoop

    weights = random_weights()
    few, many = simulate(30, 1, level="youth").plays, simulate(60, 2, level="college").plays
    logs = [encode_log(plays, "steal") for plays in (few, many)]
    assert logs[0].bucket != logs[1].bucket  # a step is compiled for each
    loop = TuningLoop(weights, Clock(0, 18), lambda _: None)
    first, other, again = (loop.tune(some, weights, 6) for some in (logs, logs[:1], logs))
    assert first.hash != other.hash
    for name, array in first.arrays.items():
        assert again.arrays[name] == pytest.approx(array, abs=1e-5)
    assert (first.training["steps"], again.training["from"]) == (6, weights.hash)


@pytest.mark.slow
def test_a_tuner_learns_from_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signdecoder.training.coach_logs._MAX_LOGS", 2)
    from signdecoder.training.tuner import Tuner

    weights = random_weights()
    log = encode_log(simulate(40, 1).plays, "steal")
    slots, episodes = log.bucket.slots, sample_episodes(log, np.random.default_rng(0))
    tuner = Tuner(weights)
    assert tuner.weights().arrays["play/bias"] == pytest.approx(weights.arrays["play/bias"])
    losses = [tuner.learn(slots, episodes, 1e-3) for _ in range(20)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    tuned = tuner.weights()
    assert tuned.hash != weights.hash
    assert (tuned.training["steps"], tuned.training["from"]) == (20, weights.hash)


def test_letters_in_both_cases_have_slots_of_their_own() -> None:
    plays = [Play(tuple(text), "steal") for text in ("Kpk", "bKp")]
    assert encode_log(plays, "steal").signals[:, :3].tolist() == [[0, 1, 2], [3, 0, 1]]
    folded = [Play(tuple(text), "steal") for text in ("kpk", "bkp")]
    assert encode_log(folded, "steal").signals[:, :3].tolist() == [[0, 1, 0], [2, 0, 1]]
