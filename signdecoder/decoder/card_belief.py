"""What a decoder believes of all plays of a coach at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from signdecoder.bayes.card_outcomes import NOTHING
from signdecoder.bayes.card_posterior import CardPosterior
from signdecoder.bayes.counts import Floats
from signdecoder.decoder.prediction import LIKELY
from signdecoder.decoder.sign_belief import SignBelief
from signdecoder.decoder.sign_card import (
    CardLine,
    CardReader,
    card_lines,
    line_of_rule,
    slots_of,
    spread_chances,
)
from signdecoder.rules.by_context import ContextRule


class CardBelief(SignBelief):
    """Add the sign card to what is believed of the called play."""

    @cached_property
    def _card(self) -> CardReader:
        return CardReader(self._ensemble.log)

    def read_card(self) -> tuple[list[str], CardPosterior | None]:
        """Weigh all plays since the last change of signs together, unless that is done.

        Returns
        -------
        list of str
            The plays that are weighed together.
        CardPosterior or None
            What is believed of their card; None if there is only one play.
        """
        return self._card.posterior(self.bayes, self._ensemble.plays_since_change())

    def card(self) -> list[CardLine]:
        """Return the sign card: how each play is called, where that is known.

        All plays of the log are weighed together: they share the key sign, and no two plays are
        called alike.

        Returns
        -------
        list of CardLine
            Lines, best first, for every play since the last change of signs.

        Examples
        --------
        >>> from signdecoder import Decoder
        >>> decoder = Decoder()
        >>> for _ in range(5):
        ...     decoder.observe("cap belt ear", outcome="steal")
        ...     decoder.observe("nose cap wrist", outcome="bunt")
        ...     decoder.observe("ear belt cap", outcome="none")
        ...     decoder.observe("cap nose wrist", outcome="none")
        >>> [(line.play, line.signals) for line in decoder.card()]
        [('steal', ('belt',)), ('bunt', ('wrist',))]
        """
        since = self._ensemble.plays_since_change()
        names, posterior = self.read_card()
        seen = Counter(play.outcome for play in since)
        lines = card_lines(names, posterior, self.bayes, seen) if posterior else []
        best = next(iter(self.rules()), None) if self.n_called else None
        if best is not None and best.probability >= LIKELY:
            known = any(line.play == self.play and line.known for line in lines)
            # The card knows no rules that depend on the moment, and few that have several keys.
            beyond = isinstance(best.rule, ContextRule) or not (known or best.is_listed)
            if posterior is None or beyond:
                lines = [line for line in lines if line.play != self.play]
                lines += line_of_rule(best, seen[self.play])
        if posterior is None and not lines:
            lines = [CardLine(name, (), 0.0, seen[name], "") for name in names]
        return sorted(lines, key=lambda line: -line.probability)

    def chances(
        self,
        sequences: Sequence[Sequence[str]],
        p_target: Sequence[float],
        *,
        stale: bool = False,
    ) -> list[dict[str, float]]:
        """Return the probability of every play for some sequences.

        Parameters
        ----------
        sequences : sequence of sequences of str
            N sequences of signals.
        p_target : sequence of float
            (N,) probability of the target.
        stale : bool, optional
            True to use the sign card that was read last, which costs nothing.

        Returns
        -------
        list of dict of str to float
            For each sequence, the probability of every play and of ``none``, likeliest first.
        """
        names, posterior = self._card.last if stale else self.read_card()
        others = self._card.plays()
        ids = self._ensemble.log.vocabulary.encode_many(list(sequences))
        chances = []
        for sequence, p in zip(ids, p_target, strict=True):
            known = [] if posterior is None else names
            p_others = [1.0]
            if posterior is not None:
                p_others = self._mean(posterior.predict, sequence).tolist()
            chances.append(spread_chances(self.play, p, known, p_others, others))
        return chances

    def rule_out_longer_calls(
        self,
        sequences: Sequence[Sequence[str]],
        p_target: Sequence[float],
        *,
        stale: bool = False,
    ) -> list[float]:
        """Return what is left of the probability of the target where longer calls are shown.

        Both experts read one play alone. Where the target's call begins that of another play, the
        longer call counts, and the sign card may know it when they do not.

        Parameters
        ----------
        sequences : sequence of sequences of str
            N sequences of signals.
        p_target : sequence of float
            (N,) probability of the target by both experts.
        stale : bool, optional
            True to use the sign card that was read last.

        Returns
        -------
        list of float
            (N,) the same, but no more than the probability that no longer call of another play is
            shown.
        """
        names, posterior = self._card.last if stale else self.read_card()
        if posterior is None or not len(posterior.longer):
            return list(p_target)
        target = names.index(self.play) + 1 if self.play in names else NOTHING
        ids = self._ensemble.log.vocabulary.encode_many(list(sequences))
        p_longer = [
            float(self._mean(lambda slots: posterior.p_longer_call(slots, target), each))
            for each in ids
        ]
        return [min(p, 1 - longer) for p, longer in zip(p_target, p_longer, strict=True)]

    def _mean(
        self, answer: Callable[[tuple[int, ...]], Floats | float], signal_ids: tuple[int, ...]
    ) -> Floats:
        """Return the mean answer over what the signals may have been."""
        completions = self._ensemble.log.complete(signal_ids)
        sequences, weights = slots_of(self.bayes, signal_ids, completions)
        return np.asarray(np.array(weights) @ np.array([answer(each) for each in sequences]))
