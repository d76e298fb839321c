"""Fine-tune the network on real logs and decide for whom the tuned weights are used.

The tuned weights are accepted only if they predict held-out games better than the weights before,
by more than one paired standard error. They are used only for the coaches whose held-out games they
predict better, because they know less than before about other kinds of rules. (Wortsman et al.
2022 describe this loss of robustness under fine-tuning.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from signdecoder.analysis.holdout import HeldOut, Scores, hold_out_games, score
from signdecoder.core.optional import require
from signdecoder.core.play import Play
from signdecoder.core.progress import Clock, Progress
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.lstm.weights import Weights
from signdecoder.training.coach_logs import CoachLog, encode_log, sample_episodes
from signdecoder.training.episodes import draw_episodes, join_episodes

NOTHING_SAID: Mapping[str, SamePlays] = MappingProxyType({})
STEPS_PER_EPOCH = 20
MAX_EPOCHS = 50  # if no number is given
_CHECK_EVERY = 5 * STEPS_PER_EPOCH  # batches between two checks for progress
_MIN_PROGRESS = 0.03  # share by which the loss on the logs must fall between two checks
# At this rate a new kind of rule is learned in a few hundred batches; at a sixth of it, in a
# thousand and less well. Simulated coaches preserve some of the old kinds, not all: see ``served``.
RATE = 6e-3
_DECAY = _CHECK_EVERY  # the last batches, in which the rate falls to nearly 0
_MAX_SAMPLES = 8  # coaches whose logs are used to check for progress
_SEED = 7


@dataclass(frozen=True, slots=True)
class FineTuning:
    """The result of a fine-tuning.

    Attributes
    ----------
    why : str
        What was done, as a sentence or two.
    held_out : mapping of str to HeldOut
        The scores of each coach with the weights that are used for them.
    served : frozenset of str
        The coaches for whom tuned weights are used from now on.
    weights : Weights, optional
        The tuned weights, if they were accepted.
    """

    why: str
    held_out: Mapping[str, HeldOut]
    served: frozenset[str] = frozenset()
    weights: Weights | None = None


def fine_tune(
    coaches: Mapping[str, Sequence[Play]],
    play: str,
    weights: Weights,
    same_plays: Mapping[str, SamePlays] = NOTHING_SAID,
    *,
    epochs: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> FineTuning:
    """Fine-tune weights on each coach's plays, if there are enough games to judge the result.

    Parameters
    ----------
    coaches : mapping of str to sequence of Play
        Each coach's plays, in order.
    play : str
        The called play.
    weights : Weights
        The weights to start from; they stay unchanged.
    same_plays : mapping of str to SamePlays, optional
        The outcomes that count as the same play, for coaches of whom something was said.
    epochs : int, optional
        Epochs of STEPS_PER_EPOCH batches, at least 1. By default, tuning goes on while the loss
        falls.
    progress : callable
        Called with a `Progress` after each batch.

    Returns
    -------
    FineTuning
        The result, with the reason.
    """
    groups = {coach: same_plays.get(coach, SAME_PLAYS) for coach in coaches}
    before = {c: score(plays, play, weights, groups[c]) for c, plays in coaches.items()}
    held_out = {coach: scores.held_out() for coach, scores in before.items()}
    training_plays = {coach: hold_out_games(plays)[0] for coach, plays in coaches.items()}
    logs = [encode_log(plays, play, groups[c]) for c, plays in training_plays.items() if plays]
    if not logs:
        why = (
            "Learned the plays. The network was not tuned,"
            " because that takes a coach with at least four games."
        )
        return FineTuning(why, held_out)
    tuned = _train(logs, weights, epochs, progress)
    after = {c: score(plays, play, tuned, groups[c]) for c, plays in coaches.items()}
    accepted, why = _compare(before, after)
    if not accepted:
        return FineTuning(why, held_out)
    served = frozenset(coach for coach in coaches if _is_better(before[coach], after[coach]))
    if len(served) < len(coaches):
        why += (
            f" The tuned weights are used for {len(served)} of {len(coaches)} coaches,"
            " the shipped ones for the others."
        )
    held_out |= {coach: after[coach].held_out() for coach in served}
    return FineTuning(why, held_out, served, tuned)


def only_read(
    coaches: Mapping[str, Sequence[Play]],
    play: str,
    tuned: Mapping[str, Weights],
    rest: Weights,
    same_plays: Mapping[str, SamePlays] = NOTHING_SAID,
) -> FineTuning:
    """Score the weights that are used for each coach, without tuning.

    Parameters
    ----------
    coaches : mapping of str to sequence of Play
        Each coach's plays, in order.
    play : str
        The called play.
    tuned : mapping of str to Weights
        The tuned weights of the coaches who have them.
    rest : Weights
        The weights of the other coaches.
    same_plays : mapping of str to SamePlays, optional
        The outcomes that count as the same play, for coaches of whom something was said.

    Returns
    -------
    FineTuning
        The scores; no new weights.
    """
    held_out = {
        c: score(plays, play, tuned.get(c, rest), same_plays.get(c, SAME_PLAYS)).held_out()
        for c, plays in coaches.items()
    }
    why = "Learned the plays. The network was not tuned, as requested."
    return FineTuning(why, held_out, frozenset(tuned))


def _is_better(before: Scores, after: Scores) -> bool:
    """Return True if this coach's held-out games are predicted better."""
    return before.how == "games" and bool(after.loss.sum() < before.loss.sum())


def _compare(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> tuple[bool, str]:
    """Return whether the held-out log loss falls by more than one standard error, and a sentence.

    The standard error is paired by game.
    """
    judged = [coach for coach, scores in before.items() if scores.how == "games"]
    fall = np.concatenate(
        [before[coach].loss_by_game() - after[coach].loss_by_game() for coach in judged]
    )
    plays = sum(len(before[coach].loss) for coach in judged)
    if len(fall) < 2 or not plays:
        return False, "Kept the old weights, because it takes two held-out games to compare."
    gain, error = fall.sum() / plays, fall.std(ddof=1) * np.sqrt(len(fall)) / plays
    figures = f"{abs(gain):.4f} ± {error:.4f} nats per play on {len(fall)} held-out games"
    if gain > error:
        return True, f"Tuned on these logs: log loss fell by {figures}."
    change = "rose by" if gain < 0 else "fell by no more than one standard error,"
    return False, f"Kept the old weights: with tuned weights, log loss {change} {figures}."


def _train(
    logs: Sequence[CoachLog],
    weights: Weights,
    epochs: int | None,
    progress: Callable[[Progress], None],
) -> Weights:
    """Return tuned weights, trained on half real and half simulated episodes."""
    require("tensorflow", "to train")
    from signdecoder.training.tuner import Tuner  # loads Keras, which is not always needed

    rng = np.random.default_rng(_SEED)
    tuner = Tuner(weights)
    samples = [
        (log.bucket.slots, sample_episodes(log, np.random.default_rng(_SEED)))
        for log in logs[:_MAX_SAMPLES]
    ]
    shares = np.array([len(log.evidence) for log in logs], np.float64)
    ends = (epochs or MAX_EPOCHS) * STEPS_PER_EPOCH
    clock = Clock(0, ends)

    def measure() -> float:
        return sum(tuner.measure(*sample) for sample in samples)

    before = measure() if epochs is None else 0.0
    while clock.step < ends:
        log = logs[int(rng.choice(len(logs), p=shares / shares.sum()))]
        episodes = join_episodes(sample_episodes(log, rng), draw_episodes(log.bucket, rng))
        left = ends - clock.step
        loss = tuner.learn(log.bucket.slots, episodes, RATE * min(1.0, left / _DECAY))
        clock.tick(loss, progress)
        if epochs is None and left > _DECAY and clock.step % _CHECK_EVERY == 0:
            now = measure()
            if now > (1 - _MIN_PROGRESS) * before:
                ends = clock.step + _DECAY
            before = now
    return tuner.weights()
