"""Fine-tune the network on real logs and decide for whom the tuned weights are used.

The games are held out in turn: weights that were tuned on every second game predict the others, and
the other way round. If those predictions are better than without tuning (`judgement.compare`), the
same is done with all plays, and the result is used. There is no game left to judge that on. So it
must at least predict the plays that it has seen better than the old weights do, which shows whether
learning went wrong.

Tuned weights are used only for the coaches whose games were predicted better, because they know
less than before about other kinds of rules. (Wortsman et al. 2022 describe this loss of robustness
under fine-tuning.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from signdecoder.analysis.holdout import (
    FOLDS,
    HeldOut,
    Scores,
    join_scores,
    score,
    score_split,
    split_games,
)
from signdecoder.core.names import fold
from signdecoder.core.optional import require
from signdecoder.core.play import Play
from signdecoder.core.progress import Clock, Progress, about
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.text import count, printable
from signdecoder.lstm.weights import Weights
from signdecoder.training.coach_logs import CoachLog, encode_log
from signdecoder.training.judgement import can_be_judged, compare, what_is_missing

NOTHING_SAID: Mapping[str, SamePlays] = MappingProxyType({})
STEPS_PER_EPOCH = 20
FOLD_EPOCHS = 5  # on each half of the games, if no number is given
_MEASURED = 5  # steps before the time is estimated; the first one is mostly compiling

Show = Callable[[Progress], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FineTuning:
    """The result of a fine-tuning.

    Attributes
    ----------
    why : str
        What was done, as a sentence or two.
    held_out : mapping of str to HeldOut or None
        The scores of each coach. If tuned weights are used, they are those of weights that were
        tuned on other games; None if that was done before.
    served : frozenset of str
        The coaches for whom tuned weights are used from now on.
    weights : Weights, optional
        The tuned weights, if they were accepted.
    """

    why: str
    held_out: Mapping[str, HeldOut | None]
    served: frozenset[str] = frozenset()
    weights: Weights | None = None


def fine_tune(
    coaches: Mapping[str, Sequence[Play]],
    play: str,
    weights: Weights,
    same_plays: Mapping[str, SamePlays] = NOTHING_SAID,
    *,
    epochs: int | None = None,
    progress: Show = lambda _: None,
    say: Say = lambda _: None,
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
        Epochs of STEPS_PER_EPOCH batches on each half of the games, at least 1; by default
        FOLD_EPOCHS.
    progress : callable
        Called with a `Progress` after each batch.
    say : callable
        Called with a sentence before it starts, and with one once the time can be estimated.

    Returns
    -------
    FineTuning
        The result, with the reason.
    """
    groups = {coach: same_plays.get(coach, SAME_PLAYS) for coach in coaches}
    judged = {c: plays for c, plays in coaches.items() if can_be_judged(plays, play, groups[c])}
    rest = {
        coach: score(plays, play, weights, groups[coach])
        for coach, plays in coaches.items()
        if coach not in judged
    }
    if not judged:
        held_out = {coach: scores.held_out() for coach, scores in rest.items()}
        why = f"The network was not tuned. {what_is_missing(coaches, play, groups)}"
        return FineTuning(why, held_out)
    require("tensorflow", "to train")
    run = _Run(judged, groups, play, weights, epochs or FOLD_EPOCHS, progress, say)
    better, why = run.judge()
    held_out = {coach: scores.held_out() for coach, scores in (rest | run.before).items()}
    if not better:
        return FineTuning(why, held_out)
    tuned, served = run.finish()
    if not served:
        why = "Kept the old weights: tuned on all plays, the network predicts them no better."
        return FineTuning(why, held_out)
    if len(served) < len(coaches):
        why += (
            f" The tuned weights are used for {len(served)} of {len(coaches)} coaches,"
            " the shipped ones for the others."
        )
    held_out |= {coach: run.after[coach].held_out() for coach in served}
    return FineTuning(why, held_out, served, tuned)


def only_read(
    coaches: Mapping[str, Sequence[Play]],
    play: str,
    weights: Weights,
    tuned: frozenset[str],
    same_plays: Mapping[str, SamePlays] = NOTHING_SAID,
) -> FineTuning:
    """Score the weights that are used, without tuning.

    Tuned weights are not scored: they have seen the plays.

    Parameters
    ----------
    coaches : mapping of str to sequence of Play
        Each coach's plays, in order.
    play : str
        The called play.
    weights : Weights
        The weights of the coaches without tuned ones.
    tuned : frozenset of str
        The coaches for whom tuned weights are used.
    same_plays : mapping of str to SamePlays, optional
        As in `fine_tune`.

    Returns
    -------
    FineTuning
        The scores; no new weights.
    """
    held_out = {
        coach: None
        if coach in tuned
        else score(plays, play, weights, same_plays.get(coach, SAME_PLAYS)).held_out()
        for coach, plays in coaches.items()
    }
    return FineTuning("The network was not tuned, as requested.", held_out, tuned)


class _Run:
    """One fine-tuning of all coaches that can be judged.

    ``before`` and ``after`` are the scores of each coach without and with tuning, the games held
    out in turn.
    """

    def __init__(
        self,
        coaches: Mapping[str, Sequence[Play]],
        same_plays: Mapping[str, SamePlays],
        play: str,
        weights: Weights,
        epochs: int,
        progress: Show,
        say: Say,
    ) -> None:
        from signdecoder.training.tuning_loop import TuningLoop  # loads Keras

        self.before: dict[str, Scores] = {}
        self.after: dict[str, Scores] = {}
        self._coaches, self._same_plays = coaches, same_plays
        self._play, self._weights = play, weights
        self._splits = {coach: split_games(plays) for coach, plays in coaches.items()}
        self._steps = epochs * STEPS_PER_EPOCH
        self._clock = Clock(0, (FOLDS + 1) * self._steps)
        self._progress, self._say = progress, say
        say(_what_will_be_done(coaches))
        self._loop = TuningLoop(weights, self._clock, self._report)

    def judge(self) -> tuple[bool, str]:
        """Tune on each half of the games, and return whether the other half is predicted better.

        If the first half is predicted no better, that is the end. This saves time, and cannot make
        weights look better than they are, because it only ever rejects them.
        """
        begin = time.monotonic()
        before = [self._score(turn, self._weights) for turn in range(FOLDS)]
        a_fold = (time.monotonic() - begin) / FOLDS
        self._clock.later = 2 * FOLDS * a_fold  # the halves on what they have not seen; the result
        self.before = {coach: join_scores([b[coach] for b in before]) for coach in self._coaches}
        after: list[dict[str, Scores]] = []
        for turn in range(FOLDS):
            logs = self._encode({c: splits[turn].learned for c, splits in self._splits.items()})
            half = self._loop.tune(logs, self._weights, self._steps)
            with self._clock.paused():
                after.append(self._score(turn, half))
            self._clock.later -= a_fold
            first = compare([*before[0].values()], [*after[0].values()])
            if first.gain <= 0:
                return False, f"Kept the old weights: with weights tuned on half, {first.words}."
        self.after = {coach: join_scores([a[coach] for a in after]) for coach in self._coaches}
        both = compare([*self.before.values()], [*self.after.values()])
        if both.is_better:
            return True, f"Tuned on these logs: {both.words}."
        return False, f"Kept the old weights: with tuned weights, {both.words}."

    def finish(self) -> tuple[Weights, frozenset[str]]:
        """Tune on all plays; return the weights and the coaches they are used for.

        Those are the coaches whose games were predicted better when they were held out, and are now
        that they are not.
        """
        weights = self._loop.tune(self._encode(self._coaches), self._weights, self._steps)
        parts = [self._score(turn, weights) for turn in range(FOLDS)]
        seen = {coach: join_scores([part[coach] for part in parts]) for coach in self._coaches}
        served = frozenset(
            coach
            for coach, before in self.before.items()
            if max(self.after[coach].loss.sum(), seen[coach].loss.sum()) < before.loss.sum()
        )
        return weights, served

    def _encode(self, coaches: Mapping[str, Sequence[Play]]) -> list[CoachLog]:
        """Return plays of each coach as arrays."""
        return [
            encode_log(plays, self._play, self._same_plays[coach])
            for coach, plays in coaches.items()
        ]

    def _score(self, turn: int, weights: Weights) -> dict[str, Scores]:
        """Score the games of each coach that are held out in this turn."""
        return {
            coach: score_split(splits[turn], self._play, weights, self._same_plays[coach])
            for coach, splits in self._splits.items()
        }

    def _report(self, progress: Progress) -> None:
        """Report a step, and once the pace is known, how long the tuning takes."""
        self._progress(progress)
        if progress.step == _MEASURED:
            self._say(f"This takes {about(progress.seconds_left)}; less if it does not help.")


def _what_will_be_done(coaches: Mapping[str, Sequence[Play]]) -> str:
    """Say whose plays the network is tuned on, and how that is judged."""
    games = sum(len({fold(p.game) for p in plays}) for plays in coaches.values())
    (name, *_), others = coaches, len(coaches) - 1
    whose = printable(name) if not others else count(len(coaches), "coach", "coaches")
    return (
        f"Tuning the network on {count(games, 'game')} of {whose}. Each game is predicted by"
        " weights that have not seen it. Getting ready takes a minute."
    )
