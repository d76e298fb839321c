"""Episodes from real logs, in the shapes that fine-tuning uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signdecoder.core.evidence import evidence_in
from signdecoder.core.letters import find_letter_cases
from signdecoder.core.names import fold, signal_key
from signdecoder.core.outcomes import Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.vocabulary import SlotTable, Vocabulary
from signdecoder.rules.pair_roles import ROLES
from signdecoder.rules.rule import BLANK
from signdecoder.training.episodes import Bucket, EpisodeBatch, rule_targets, stack_episodes

# Steps are compiled once for every shape, so the logs are rounded to a few shapes.
_PLAYS = (1, 2, 4, 8, 16, 24)  # in an episode
_WIDTHS = (4, 8, 12, 16, 24, 40, 64)  # signals per play
_SLOTS = (4, 6, 8, 10, 12, 16, 21)  # signals, and one for all beyond the limit
_MAX_CELLS = 120_000  # logs × plays × pairs × signals of a batch; bounds memory and time
_MAX_LOGS = 16  # of a coach in a batch
_STRETCH = 3  # plays that an episode is drawn from, per play of it

# Probabilities of called, another play and nothing for each outcome; rows by Evidence.
_CHANCES = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]], np.float32
)


@dataclass(frozen=True, slots=True)
class CoachLog:
    """One coach's plays as arrays.

    Attributes
    ----------
    signals : ndarray of int16, shape (N, T)
        The slot of each signal, BLANK after the end of a sequence.
    evidence : ndarray of int8, shape (N,)
        `Evidence` of each outcome.
    new_game : ndarray of bool, shape (N,)
        True at the first play of a game.
    slots : int
        Number of slots that are used.
    """

    signals: np.ndarray[tuple[int, int], np.dtype[np.int16]]
    evidence: np.ndarray[tuple[int], np.dtype[np.int8]]
    new_game: np.ndarray[tuple[int], np.dtype[np.bool_]]
    slots: int

    @property
    def bucket(self) -> Bucket:
        """The shape of this log's half of a batch, with as many episodes as there is room for."""
        width = self.signals.shape[1]
        slots = next(size for size in _SLOTS if size >= self.slots)
        plays = max(size for size in _PLAYS if size <= len(self.evidence))
        logs = _MAX_CELLS // (2 * plays * width * slots**2)
        return Bucket(max(1, min(_MAX_LOGS, logs)), plays, width, slots)


def encode_log(plays: Sequence[Play], play: str, same_plays: SamePlays = SAME_PLAYS) -> CoachLog:
    """Encode a coach's plays as arrays, with a slot for each signal.

    Parameters
    ----------
    plays : sequence of Play
        The coach's plays in order.
    play : str
        The called play.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.

    Returns
    -------
    CoachLog
        The arrays.
    """
    # The store spells a letter in one case only where case does not matter.
    vocabulary = Vocabulary(signal_key(find_letter_cases(p.signals for p in plays).matter))
    evidence = [evidence_in(p, play, same_plays) for p in plays]
    numbers = [vocabulary.add(p.signals, e) for p, e in zip(plays, evidence, strict=True)]
    table = SlotTable()
    table.fill(vocabulary)
    table = table.reassigned(vocabulary) or table
    slots, slot_of = len(table), table.slot_of
    width = next(size for size in _WIDTHS if size >= max(map(len, numbers)))
    signals = np.full((len(plays), width), BLANK, np.int16)
    for row, sequence in zip(signals, numbers, strict=True):
        # All signals beyond the limit share one unused slot, and so do missed ones.
        row[: len(sequence)] = [slot_of.get(n, slots) for n in sequence]
    games = [fold(p.game) for p in plays]
    starts = np.array([i == 0 or game != games[i - 1] for i, game in enumerate(games)])
    overflow = not all(n in slot_of for sequence in numbers for n in sequence)
    return CoachLog(signals, np.array(evidence, np.int8), starts, slots + overflow)


def sample_episodes(log: CoachLog, rng: np.random.Generator) -> EpisodeBatch:
    """Draw as many episodes of a log as its bucket has room for.

    An episode is a third of the plays of a stretch of the log, in order. So there are many of them,
    even of a short log, and signs that change stay in order. With consecutive plays alone, the
    network learns the few episodes by heart.

    Parameters
    ----------
    log : CoachLog
        The log.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    EpisodeBatch
        The episodes.
    """
    bucket = log.bucket
    return stack_episodes([_sample_episode(log, bucket, rng) for _ in range(bucket.logs)])


def _sample_episode(log: CoachLog, bucket: Bucket, rng: np.random.Generator) -> EpisodeBatch:
    """Draw plays of a stretch of a log; the targets are the outcomes that were logged."""
    total = len(log.evidence)
    stretch = min(total, _STRETCH * bucket.plays)
    begin = int(rng.integers(total - stretch + 1))
    part = begin + np.sort(rng.choice(stretch, bucket.plays, replace=False))
    game = np.cumsum(log.new_game)[part]
    new_game = np.diff(game, prepend=-1) > 0
    evidence = log.evidence[part]
    known_mask = evidence != Evidence.SILENT
    return EpisodeBatch(
        signals=log.signals[part],
        evidence=evidence,
        new_game=new_game,
        chances=_CHANCES[evidence],
        segment_id=np.cumsum(new_game).astype(np.int16),
        key=np.full((bucket.plays, bucket.slots + 1), 1 / (bucket.slots + 1), np.float32),
        key_weight=np.zeros(bucket.plays, np.float32),  # the key sign of a real log is unknown
        roles=np.zeros((bucket.plays, bucket.slots**2, len(ROLES)), np.bool_),
        rule=rule_targets((), bucket.plays, bucket.slots),
        weight=known_mask.astype(np.float32),
    )
