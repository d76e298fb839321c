"""Fine-tuning on a league's logs: weights learn shapes of rules, the belief learns which signals.

The tuned weights are kept only if they predict whole games that they did not learn from better
than the weights before, by more than one paired standard error. They serve the coaches whose games
they predict better: on all others they know less than before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.analysis.holdout import HeldOut, Scores, score, split_games
from signdecoder.core.names import fold
from signdecoder.core.outcomes import Evidence, evidence_of
from signdecoder.core.play import Play
from signdecoder.core.progress import Clock, Progress
from signdecoder.lstm.vocabulary import Vocabulary
from signdecoder.lstm.weights import Weights
from signdecoder.rules.pair_roles import ROLES
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
)
from signdecoder.rules.rule import BLANK
from signdecoder.training.batches import (
    Bucket,
    EpisodeBatch,
    draw_episodes,
    join_episodes,
    stack_episodes,
)

STEPS_PER_EPOCH = 20
MOST_EPOCHS = 50  # where nobody says how many
_AT_ONCE = 5 * STEPS_PER_EPOCH  # batches, after which it is asked whether they were of use
_OF_USE = 0.03  # by which share the loss on the logs must fall for that
# A new shape of rule is learned at this rate in a few hundred batches, at a sixth of it in a
# thousand and worse. Simulated coaches keep some of the old shapes, not all: see ``served``.
RATE = 6e-3
_FALL = _AT_ONCE  # the last batches, over which the rate falls to nearly nothing
# XLA compiles anew for every shape, so a league's logs are brought to a few.
_PLAYS = (1, 2, 4, 8, 16, 24)  # in an episode
_WIDTHS = (4, 8, 12, 16, 24, 40, 64)  # signals of a play
_SLOTS = (4, 6, 8, 10, 12, 16, 21)  # signals, and one for all past the limit
_ROOM = 120_000  # logs x plays x candidates x signals of a batch: bounds memory and time
_SAMPLES = 8  # coaches on whose logs it is measured whether tuning is of use
_SEED = 7


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What came of a fine-tuning. ``weights`` are the tuned ones, if they are kept.

    ``served`` are the coaches who are asked about with tuned weights from here on.
    """

    why: str
    held_out: Mapping[str, HeldOut]
    served: frozenset[str] = frozenset()
    weights: Weights | None = None


@dataclass(frozen=True, slots=True)
class _Log:
    """One coach's plays in numbers: (N, T) signals, (N,) evidence, (N,) new games."""

    signals: np.ndarray[tuple[int, int], np.dtype[np.int16]]
    evidence: np.ndarray[tuple[int], np.dtype[np.int8]]
    new_game: np.ndarray[tuple[int], np.dtype[np.bool_]]
    slots: int


def fine_tune(
    coaches: Mapping[str, Sequence[Play]],
    play: str,
    weights: Weights,
    *,
    epochs: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> FineTuning:
    """Fine-tune ``weights`` on each coach's plays, in order, if there are games enough to judge by.

    ``epochs`` of STEPS_PER_EPOCH batches, 1 or more; None goes on as long as it is of use.
    """
    before = {coach: score(plays, play, weights) for coach, plays in coaches.items()}
    held_out = {coach: scores.held_out() for coach, scores in before.items()}
    learned = (split_games(plays)[0] for plays in coaches.values())
    logs = [_encode(plays, play) for plays in learned if plays]
    if not logs:
        why = "The LSTM has read the plays; its weights stay: tuning takes a coach with four games."
        return FineTuning(why, held_out)
    tuned = _train(logs, weights, epochs, progress)
    after = {coach: score(plays, play, tuned) for coach, plays in coaches.items()}
    kept, why = _compare(before, after)
    if not kept:
        return FineTuning(why, held_out)
    served = frozenset(coach for coach in coaches if _gains(before[coach], after[coach]))
    if len(served) < len(coaches):
        why += f" They serve {len(served)} of {len(coaches)} coaches, the shipped ones the others."
    held_out |= {coach: after[coach].held_out() for coach in served}
    return FineTuning(why, held_out, served, tuned)


def only_read(
    coaches: Mapping[str, Sequence[Play]], play: str, tuned: Mapping[str, Weights], rest: Weights
) -> FineTuning:
    """How the weights do that serve each coach: those tuned for him, or the rest's."""
    held_out = {
        coach: score(plays, play, tuned.get(coach, rest)).held_out()
        for coach, plays in coaches.items()
    }
    why = "The LSTM has read the plays; nothing was tuned, as asked."
    return FineTuning(why, held_out, frozenset(tuned))


def _gains(before: Scores, after: Scores) -> bool:
    """Are held-out games of this coach predicted better?"""
    return before.how == "games" and bool(after.loss.sum() < before.loss.sum())


def _compare(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> tuple[bool, str]:
    """Does the log loss of held-out games fall by more than one paired standard error?"""
    judged = [coach for coach, scores in before.items() if scores.how == "games"]
    fall = np.concatenate(
        [before[coach].loss_by_game() - after[coach].loss_by_game() for coach in judged]
    )
    plays = sum(len(before[coach].loss) for coach in judged)
    if len(fall) < 2 or not plays:
        return False, "The weights stay as they are: it takes two games held out to judge by."
    gain, error = fall.sum() / plays, fall.std(ddof=1) * np.sqrt(len(fall)) / plays
    figures = f"by {abs(gain):.4f} ± {error:.4f} nats a play on {len(fall)} games held out"
    if gain > error:
        return True, f"Tuned on these logs: log loss fell {figures}."
    why = "rose" if gain < 0 else "fell no more than one standard error,"
    return False, f"The weights stay as they are: tuned ones were tried, log loss {why} {figures}."


def _train(
    logs: Sequence[_Log],
    weights: Weights,
    epochs: int | None,
    progress: Callable[[Progress], None],
) -> Weights:
    from signdecoder.training import (
        pretrain as training,  # loads Keras, which a log of one game does not need
    )

    rng = np.random.default_rng(_SEED)
    tuner = training.Tuner(weights)
    samples = [_sample(log, np.random.default_rng(_SEED)) for log in logs[:_SAMPLES]]
    shares = np.array([len(log.evidence) for log in logs], np.float64)
    ends = (epochs or MOST_EPOCHS) * STEPS_PER_EPOCH
    clock = Clock(0, ends)

    def measure() -> float:
        return sum(tuner.measure(*sample) for sample in samples)

    before = measure() if epochs is None else 0.0
    while clock.step < ends:
        log = logs[int(rng.choice(len(logs), p=shares / shares.sum()))]
        bucket = _bucket(log)
        episodes = join_episodes(_sample(log, rng)[1], draw_episodes(bucket, rng))
        left = ends - clock.step
        loss = tuner.learn(bucket.slots, episodes, RATE * min(1.0, left / _FALL))
        clock.tick(loss, progress)
        if epochs is None and left > _FALL and clock.step % _AT_ONCE == 0:
            now = measure()
            if now > (1 - _OF_USE) * before:
                ends = clock.step + _FALL
            before = now
    return tuner.weights()


def _sample(log: _Log, rng: np.random.Generator) -> tuple[int, EpisodeBatch]:
    """Slots, and episodes of this log that use them."""
    bucket = _bucket(log)
    return bucket.slots, stack_episodes(
        [_draw_episode(log, bucket, rng) for _ in range(bucket.logs)]
    )


def _bucket(log: _Log) -> Bucket:
    """The shape of this log's half of a batch; as many episodes as there is room for."""
    width = log.signals.shape[1]
    slots = next(size for size in _SLOTS if size >= log.slots)
    plays = max(size for size in _PLAYS if size <= len(log.evidence))
    logs = _ROOM // (2 * plays * width * slots**2)
    return Bucket(max(1, min(16, logs)), plays, width, slots)


def _draw_episode(log: _Log, bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    """A run of this log's plays; who knows which outcomes are asked for is what was seen."""
    begin = int(rng.integers(len(log.evidence) - bucket.plays + 1))
    run = slice(begin, begin + bucket.plays)
    evidence = log.evidence[run]
    known = evidence != Evidence.SILENT
    return EpisodeBatch(
        signals=log.signals[run],
        evidence=evidence,
        new_game=log.new_game[run] | (np.arange(bucket.plays) == 0),
        chances=_CHANCES[evidence],
        stretch=np.cumsum(log.new_game[run]).astype(np.int16),
        key=np.full((bucket.plays, bucket.slots + 1), 1 / (bucket.slots + 1), np.float32),
        key_weight=np.zeros(bucket.plays, np.float32),  # nobody knows the key of a real log
        roles=np.zeros((bucket.plays, bucket.slots**2, len(ROLES)), np.bool_),
        rule=np.zeros((bucket.plays, bucket.slots**2 * N_PAIR_RULES + 1), np.float32),
        weight=known.astype(np.float32),
    )


# What an outcome says, as chances of called, another, nothing; row by Evidence.
_CHANCES = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]], np.float32
)


def _encode(plays: Sequence[Play], play: str) -> _Log:
    """A coach's plays in numbers, each signal in its slot."""
    vocabulary = Vocabulary()
    evidence = [evidence_of(p.outcome, play) for p in plays]
    numbers = [vocabulary.learn(p.signals, e) for p, e in zip(plays, evidence, strict=True)]
    vocabulary.give_slots()
    vocabulary.slots = vocabulary.better_slots() or vocabulary.slots
    slots = len(vocabulary.slots)
    slot = {number: place for place, number in enumerate(vocabulary.slots)}
    width = next(size for size in _WIDTHS if size >= max(map(len, numbers)))
    signals = np.full((len(plays), width), BLANK, np.int16)
    for row, sequence in zip(signals, numbers, strict=True):
        # All signals past the limit share an unused slot.
        row[: len(sequence)] = [slot.get(n, slots) for n in sequence]
    games = [fold(p.game) for p in plays]
    starts = np.array([i == 0 or game != games[i - 1] for i, game in enumerate(games)])
    overflow = len(vocabulary.names) > slots
    return _Log(signals, np.array(evidence, np.int8), starts, slots + overflow)
