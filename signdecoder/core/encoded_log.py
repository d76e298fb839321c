"""One coach's plays, encoded once for all experts: signals, evidence, games and contexts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from signdecoder.core.attributes import NO_ATTRIBUTES, Attributes
from signdecoder.core.completions import Completions, Habits
from signdecoder.core.contexts import NO_CONTEXT, context_values
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.evidence import evidence_in, is_left_out
from signdecoder.core.missed import has_missed
from signdecoder.core.moments import moment_of
from signdecoder.core.names import fold, signal_key
from signdecoder.core.outcomes import STEAL, UNKNOWN, Evidence
from signdecoder.core.play import Play
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays
from signdecoder.core.vocabulary import MISSED_ID, SOME_MISSED_ID, Vocabulary

_PLACEHOLDER_IDS = frozenset({MISSED_ID, SOME_MISSED_ID})
# In the first plays signals keep turning up that may have been among those missed before. Later
# this is too rare to be worth reading the whole log again.
_COMPLETED_AGAIN = 40


@dataclass(frozen=True, slots=True)
class EncodedPlay:
    """A play as the experts read it.

    Attributes
    ----------
    signal_ids : tuple of int
        The signals in order, as ids of the log's vocabulary.
    evidence : Evidence
        What the outcome says about the target.
    new_game : bool
        Whether a game begins with this play.
    game : str
        The last game that was named, folded; empty if none was.
    context : tuple of int
        A value for each of CONTEXT_KINDS, NOT_NOTED where it is not known.
    outcome : str
        The play that the team ran, ``none`` or ``not_steal``; ``unknown`` where nothing can be said
        of it, as nobody was on base.
    completions : Completions or None
        What the signals may have been, if some of them were missed.
    """

    signal_ids: tuple[int, ...]
    evidence: Evidence
    new_game: bool
    game: str
    context: tuple[int, ...] = NO_CONTEXT
    outcome: str = UNKNOWN
    completions: Completions | None = None

    @property
    def likely_ids(self) -> tuple[int, ...]:
        """The signals, with one likely guess of those that were missed."""
        return self.completions.drawn if self.completions else self.signal_ids


class EncodedLog:
    """Hold one coach's plays and the known changes of signs.

    Parameters
    ----------
    target : str
        The outcome to predict, such as ``steal``.
    attributes : mapping of str to tuple of str, optional
        Attributes of the coach's signals, in addition to those in their names.
    same_plays : SamePlays, optional
        The outcomes that count as the same play of this coach.
    case_matters : bool, optional
        Whether letters in upper and in lower case are different signals of this coach.

    Attributes
    ----------
    target : str
        The outcome to predict.
    attributes : mapping of str to tuple of str
        Attributes of the coach's signals.
    same_plays : SamePlays
        The outcomes that count as the same play of this coach.
    vocabulary : Vocabulary
        The coach's signals.
    plays : list of EncodedPlay
        All plays in order.
    changes : set of int
        Plays, from 0, right before which the user marked a change of signs.
    n_revisions : int
        How often the completions of earlier plays have changed: then all must be read again.
    """

    def __init__(
        self,
        target: str,
        attributes: Attributes = NO_ATTRIBUTES,
        same_plays: SamePlays = SAME_PLAYS,
        case_matters: bool = False,
    ) -> None:
        self.target, self.attributes, self.same_plays = target, attributes, same_plays
        self.vocabulary = Vocabulary(signal_key(case_matters))
        self.plays: list[EncodedPlay] = []
        self.changes: set[int] = set()
        self.n_revisions = 0
        self._habits = Habits()
        self._n_called = [0]  # called plays among the first 0, 1, 2, … plays

    def __len__(self) -> int:
        """Return the number of plays."""
        return len(self.plays)

    def append(self, plays: Iterable[Play]) -> None:
        """Encode plays and add them at the end.

        Parameters
        ----------
        plays : iterable of Play
            Plays of the coach, in order.

        Raises
        ------
        SigndecoderError
            If a play has no signals. The plays before it have been added.
        """
        last = self.plays[-1] if self.plays else None
        for play in plays:
            if not play.signals:
                raise SigndecoderError(
                    f"play {len(self.plays) + 1} has no signals", "give it at least one signal"
                )
            game, evidence = fold(play.game), evidence_in(play, self.target, self.same_plays)
            new_game = last is None or (game != "" and game != last.game)
            n_signals = len(self.vocabulary)
            ids = self.vocabulary.add(play.signals, evidence)
            context = context_values(moment_of(play))
            game = game or (last.game if last else "")
            outcome = self._play_of(play)
            completions = self.complete(ids) if has_missed(play.signals) else None
            last = EncodedPlay(ids, evidence, new_game, game, context, outcome, completions)
            self.plays.append(last)
            self._n_called.append(self._n_called[-1] + (evidence is Evidence.CALLED))
            if n_signals < len(self.vocabulary) and len(self.plays) <= _COMPLETED_AGAIN:
                self._complete_again()

    def complete(self, signal_ids: tuple[int, ...], quick: bool = False) -> Completions | None:
        """Return what a sequence may have been, by the habits of the coach in the plays so far.

        Parameters
        ----------
        signal_ids : tuple of int
            Ids of its signals.
        quick : bool, optional
            True for a few completions only.

        Returns
        -------
        Completions or None
            The completions; None if no signal was missed.
        """
        if _PLACEHOLDER_IDS.isdisjoint(signal_ids):
            return None
        self._habits.read(play.signal_ids for play in self.plays[self._habits.n_read :])
        return self._habits.complete(signal_ids, len(self.vocabulary), quick)

    def _complete_again(self) -> None:
        """Complete all plays before the last again: one of its signals may have been missed."""
        missed = [n for n, play in enumerate(self.plays[:-1]) if play.completions]
        for n in missed:
            completions = self.complete(self.plays[n].signal_ids)
            self.plays[n] = replace(self.plays[n], completions=completions)
        self.n_revisions += bool(missed)

    def _play_of(self, play: Play) -> str:
        """Return the play that an outcome counts as; the target, if asked about alone, is apart."""
        if is_left_out(play, STEAL, self.same_plays):
            return UNKNOWN
        if play.outcome == self.target:
            return play.outcome
        return self.same_plays.canonical(play.outcome)

    def mark_change(self) -> None:
        """Note that the signs changed after the last play."""
        self.changes.add(len(self.plays))

    @property
    def n_called(self) -> int:
        """How many plays were the target."""
        return self._n_called[-1]

    @property
    def n_called_since_change(self) -> int:
        """How many of the plays since the last marked change were the target."""
        return self.n_called_from(max(self.changes, default=0))

    def n_called_from(self, start: int) -> int:
        """Return how many plays were the target, from one play on.

        Parameters
        ----------
        start : int
            The first play to count, from 0.

        Returns
        -------
        int
            The number of called plays from there to the end.
        """
        return self._n_called[-1] - self._n_called[start]


def teaching_key(play: Play) -> tuple[str, ...]:
    """Return everything of a play that the experts learn from, as text.

    Parameters
    ----------
    play : Play
        The play.

    Returns
    -------
    tuple of str
        Equal for two plays that teach the same.
    """
    moment = moment_of(play)
    context = " ".join(map(str, context_values(moment)))
    return fold(play.game), play.outcome, context, str(moment.nobody_on), *play.signals
