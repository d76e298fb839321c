"""The sign card of a coach: what each of their plays is called with, all plays weighed together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from signdecoder.bayes.call_schemes import CallSchemes
from signdecoder.bayes.card_evidence import CardPlay
from signdecoder.bayes.card_outcomes import CardPrior
from signdecoder.bayes.card_posterior import CardPosterior, Line, read_card
from signdecoder.bayes.hypotheses import Hypotheses
from signdecoder.bayes.online import OnlineBayes
from signdecoder.core.completions import Completions
from signdecoder.core.encoded_log import EncodedLog, EncodedPlay
from signdecoder.core.outcomes import NONE, NOT_STEAL, STEAL, UNKNOWN
from signdecoder.core.same_plays import SamePlays
from signdecoder.decoder.prediction import LIKELY
from signdecoder.decoder.ranked_rule import NamedRule
from signdecoder.rules.by_context import ContextRule
from signdecoder.rules.rule import Rule

MOST_PLAYS = 6  # different plays that are weighed together; the cost doubles with each
_UNLESS = "unless"  # the family of rules that a signal right after the call cancels
_NO_PLAY = frozenset({NONE, NOT_STEAL, UNKNOWN})


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a sign card: how a play is called.

    Attributes
    ----------
    play : str
        The play.
    signals : tuple of str
        The live signals, any of which calls it, without the key sign and the wipe-off; empty if
        they are not known yet, and where signals are counted. If `in_a_row`, all of them together.
    probability : float
        The probability that this is how it is called.
    seen : int
        How often the play was logged since the last change of signs.
    rule : str
        The whole rule in words, and where it depends on the moment of the game, when it holds;
        empty if it is not known yet.
    known : NamedRule, optional
        The same rule as a value.
    in_a_row : bool
        True if the play is called by all the signals right after each other, in this order, and
        the first of them alone may call another play: the longer call counts.
    where : str
        Where the card looks for the signals, such as "right after cap"; empty if the rule is not
        known yet.
    """

    play: str
    signals: tuple[str, ...]
    probability: float
    seen: int
    rule: str
    known: NamedRule | None = None
    in_a_row: bool = False
    where: str = ""


class CardReader:
    """Read the sign card from a log. What was read is kept until a play is added.

    Parameters
    ----------
    log : EncodedLog
        The coach's plays.
    prior : CardPrior, optional
        What is expected of a card.

    Attributes
    ----------
    last : tuple
        What `posterior` returned last.
    """

    def __init__(self, log: EncodedLog, prior: CardPrior | None = None) -> None:
        self._log, self._prior = log, prior
        self._schemes: tuple[Hypotheses, CallSchemes] | None = None
        self._version: tuple[int, int, int] | None = None
        self._bayes: OnlineBayes | None = None
        self.last: tuple[list[str], CardPosterior | None] = ([], None)

    def forget(self) -> None:
        """Forget what was read, as the signs have changed."""
        self._version, self.last = None, ([], None)

    def plays(self) -> list[str]:
        """Return the plays that the coach has run, the commonest first.

        Returns
        -------
        list of str
            Their names.
        """
        counts = Counter(play.outcome for play in self._log.plays)
        return sorted(counts.keys() - _NO_PLAY, key=lambda play: (-counts[play], play))

    def posterior(
        self, bayes: OnlineBayes, since: Sequence[EncodedPlay]
    ) -> tuple[list[str], CardPosterior | None]:
        """Return what is believed of the sign card.

        Parameters
        ----------
        bayes : OnlineBayes
            The rules that the coach may have, and the slots of the signals.
        since : sequence of EncodedPlay
            The plays since the last change of signs.

        Returns
        -------
        list of str
            The plays that are weighed together, up to MOST_PLAYS.
        CardPosterior or None
            The posterior, in which these plays have the numbers 1, 2, ...; None if there is only
            one play.
        """
        version = len(self._log), len(since), self._log.n_revisions
        if self._version != version or self._bayes is not bayes:  # the slots may have changed
            counts = Counter(play.outcome for play in since)
            names = [name for name in self.plays() if counts[name]][:MOST_PLAYS]
            posterior = self._weigh(bayes, since, names) if len(names) > 1 else None
            self._version, self._bayes, self.last = version, bayes, (names, posterior)
        return self.last

    def _weigh(
        self, bayes: OnlineBayes, since: Sequence[EncodedPlay], names: list[str]
    ) -> CardPosterior:
        numbers = {name: number for number, name in enumerate(names, 1)} | {NONE: 0}
        if STEAL in numbers:
            numbers[NOT_STEAL] = len(names) + 1
        log = [
            CardPlay(*slots_of(bayes, play.signal_ids, play.completions), numbers[play.outcome])
            for play in since
            if play.outcome in numbers
        ]
        schemes, target = self._schemes_of(bayes), numbers.get(STEAL, 1)
        return read_card(schemes, log, len(names), target, self._prior)

    def _schemes_of(self, bayes: OnlineBayes) -> CallSchemes:
        hypotheses = bayes.posterior.hypotheses
        if self._schemes is None or self._schemes[0] is not hypotheses:
            self._schemes = hypotheses, CallSchemes(hypotheses)
        return self._schemes[1]


def slots_of(
    bayes: OnlineBayes, signal_ids: tuple[int, ...], completions: Completions | None
) -> tuple[tuple[tuple[int, ...], ...], tuple[float, ...]]:
    """Return what a sequence may have been, as slots.

    Parameters
    ----------
    bayes : OnlineBayes
        The slots of the signals.
    signal_ids : tuple of int
        Ids of the signals.
    completions : Completions or None
        What they may have been, if some were missed.

    Returns
    -------
    tuple of tuple of int
        The sequences.
    tuple of float
        The probability of each.
    """
    if completions is None:
        return (bayes.to_slots(signal_ids),), (1.0,)
    return tuple(map(bayes.to_slots, completions.sequences)), completions.weights


def spread_chances(
    target: str,
    p_target: float,
    names: Sequence[str],
    p_outcomes: Sequence[float],
    others: Sequence[str] = (),
) -> dict[str, float]:
    """Return the probability of every play, given that of the target.

    Parameters
    ----------
    target : str
        The play that both experts predict.
    p_target : float
        Its probability, which stays as it is.
    names : sequence of str
        K plays.
    p_outcomes : sequence of float
        (K + 1,) probability of no play and of each, by the sign card.
    others : sequence of str, optional
        Plays that were not seen since the signs changed: they get 0.

    Returns
    -------
    dict of str to float
        The probabilities, likeliest first; they sum to 1.

    Examples
    --------
    >>> spread_chances("steal", 0.2, ["steal", "bunt"], [0.3, 0.1, 0.6])
    {'bunt': 0.533..., 'none': 0.266..., 'steal': 0.2}
    """
    weights = dict(zip((NONE, *names), map(float, p_outcomes), strict=True))
    weights.pop(target, None)
    total = sum(weights.values())
    chances = {name: (1 - p_target) * weight / total for name, weight in weights.items()}
    chances |= {name: 0.0 for name in others if name not in chances} | {target: p_target}
    return _likeliest_first(chances)


def _likeliest_first(chances: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(chances.items(), key=lambda item: -item[1]))


def drop_impossible(chances: Mapping[str, float], same_plays: SamePlays) -> dict[str, float]:
    """Return chances without plays that cannot follow, as nobody is on base.

    Parameters
    ----------
    chances : mapping of str to float
        The probability of every play.
    same_plays : SamePlays
        The outcomes that count as the same play of this coach.

    Returns
    -------
    dict of str to float
        The probabilities: 0 for those plays, the others in proportion; likeliest first.
    """
    left = {name: 0.0 if same_plays.needs_runner(name) else p for name, p in chances.items()}
    total = sum(left.values()) or 1.0
    return _likeliest_first({name: p / total for name, p in left.items()})


def card_lines(
    names: Sequence[str],
    posterior: CardPosterior,
    bayes: OnlineBayes,
    seen: Mapping[str, int],
) -> list[CardLine]:
    """Return the sign card of several plays.

    Parameters
    ----------
    names : sequence of str
        The plays that were weighed together.
    posterior : CardPosterior
        What is believed of their card.
    bayes : OnlineBayes
        The rules, and the names of the signals.
    seen : mapping of str to int
        How often each play was logged since the last change of signs.

    Returns
    -------
    list of CardLine
        A line for each play.
    """
    scheme, lines = posterior.lines()
    known = [line for line in lines if scheme is not None and line.values]
    known = [line for line in known if line.probability >= LIKELY]
    goes_on = {line.values: line.then for line in known if line.then is not None}
    found = []
    for line in lines:
        name = names[line.play - 1]
        if scheme is None or line not in known:
            found.append(CardLine(name, (), line.probability, seen[name], ""))
            continue
        rule = _rule_of(line, scheme, posterior.schemes, goes_on.get(line.values))
        named = NamedRule(rule, tuple(bayes.names), name, line.probability, bayes.classes)
        (one,) = line_of_rule(named, seen[name])
        if line.then is not None:
            signals = tuple(named.names[signal] for signal in (*line.values, line.then))
            begun = replace(named, rule=posterior.schemes.rule(scheme, *line.values))
            one = replace(one, signals=signals, in_a_row=True, where=begun.where)
        found.append(one)
    return found


def _rule_of(line: Line, scheme: int, schemes: CallSchemes, goes_on: int | None) -> Rule:
    """Return the rule of a line; ``goes_on`` is the signal that makes its call a longer one."""
    if line.then is not None:
        return schemes.rule(schemes.longer(scheme, *line.values), line.then)
    rules = [schemes.rule(scheme, value) for value in line.values]
    more = tuple(rule.calls[0] for rule in rules[1:])
    rule = replace(rules[0], more_live=more) if more else rules[0]
    return rule if goes_on is None else replace(rule, family=_UNLESS, second=goes_on)


def line_of_rule(rule: NamedRule, seen: int) -> list[CardLine]:
    """Return the lines of a play whose rule is known: one, or one for each moment of the game.

    Parameters
    ----------
    rule : NamedRule
        The rule.
    seen : int
        How often the play was logged since the last change of signs.

    Returns
    -------
    list of CardLine
        The lines.
    """
    if not isinstance(rule.rule, ContextRule):
        signals, words = rule.live_signals, rule.words
        p, where = rule.probability, rule.where
        return [CardLine(rule.play, signals, p, seen, words, rule, where=where)]
    lines = []
    for value, words in enumerate(rule.rule.context.value_words):
        one = replace(rule, rule=rule.rule.rules[value])
        text = f"{one.words} {words}"
        line = CardLine(rule.play, one.live_signals, rule.probability, seen, text, rule)
        lines.append(replace(line, where=rule.where))
    return lines
