"""The layer sizes of the network, and with them the name and shape of each of its arrays."""

from __future__ import annotations

from dataclasses import dataclass

from signdecoder.rules.pair_rules import N_FROZEN_RULES

# The inputs that this version reads: kinds of evidence, bits per signal, kinds of modifier.
OUTCOMES, FEATURES, THIRDS = 5, 4, 3
# For the pair rules together, and for each set rule: log odds of a call that is not run, of a run
# without a call, and of keeping evidence until the next play (of the set rules it is that for
# memberships); then the scale of the evidence.
SET_RATES = 4
_WITHOUT_BIAS = ("/play", "/flags", "/of_k", "/of_l", "/of_all")


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The layer sizes of the network. Weights files store them by these names.

    Attributes
    ----------
    play_units : int
        The LSTM over the signals of one play.
    sight_units : int
        Pair features: what a sequence shows of a pair.
    evidence_units : int
        Pair features combined with the outcome.
    alone_units : int
        The LSTM over plays for each pair alone.
    pooled_units : int
        What a pair sends to the others.
    first_units : int
        The first guess whether a play is called.
    third_units : int
        The LSTM over plays for each signal as a modifier.
    surprise_units : int
        How the first guess compares with the outcome.
    told_units : int
        Messages that a pair gets, with its own state.
    together_units : int
        The LSTM over plays for each pair with messages from all others.
    query_units : int
        The query to each pair.
    heads : int
        Attention heads over the pairs.
    head_units : int
        Units of each head.
    key_units : int
        The key-sign head.
    outcomes : int
        Kinds of evidence: called, other, nothing, not called, silent.
    features : int
        Inputs per signal: is k, is l, equals the signal before, equals the one two before.
    set_rules : int
        Set rules; 0 until training goes on beyond the grammar.
    """

    play_units: int = 64
    sight_units: int = 80
    evidence_units: int = 80
    alone_units: int = 80
    pooled_units: int = 32
    first_units: int = 32
    third_units: int = 16
    surprise_units: int = 16
    told_units: int = 64
    together_units: int = 64
    query_units: int = 64
    heads: int = 8
    head_units: int = 16
    key_units: int = 32
    outcomes: int = OUTCOMES
    features: int = FEATURES
    set_rules: int = 0

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and shape of every array of a network of this size.

        Returns
        -------
        dict of str to tuple of int
            Shapes by name.
        """
        own, votes = self.alone_units + self.evidence_units + 3, self.sight_units + 1
        shapes: dict[str, tuple[int, ...]] = {}
        for name, width, units in (
            ("play", self.features, self.play_units),
            ("alone", self.evidence_units, self.alone_units),
            ("third", THIRDS, self.third_units),
            ("together", self.told_units, self.together_units),
        ):
            shapes[f"{name}/kernel"] = (width, 4 * units)
            shapes[f"{name}/recurrent_kernel"] = (units, 4 * units)
            shapes[f"{name}/bias"] = (4 * units,)
        for name, width, units in (
            ("sight", self.play_units, N_FROZEN_RULES),
            ("free_sight", self.play_units, self.sight_units - N_FROZEN_RULES),
            ("exchange/project", own, self.pooled_units),
            ("exchange/own", own + self.pooled_units, self.told_units),
            ("exchange/of_k", 3 * self.pooled_units, self.told_units),
            ("exchange/of_l", 3 * self.pooled_units, self.told_units),
            ("exchange/of_all", 2 * self.pooled_units + self.surprise_units, self.told_units),
            ("first_vote", self.alone_units, self.sight_units),
            ("first_answer", votes, self.first_units),
            ("first", self.first_units + 1, 3),
            ("surprise", self.first_units + 1 + self.outcomes, self.surprise_units),
            ("vote", self.alone_units + self.together_units, self.sight_units),
            ("question/belief", self.together_units, self.query_units),
            ("question/play", self.sight_units, self.query_units),
            ("question/flags", 2, self.query_units),
            ("first_thirds", self.third_units, 3),
            ("thirds", self.together_units + self.third_units, 3),
            ("answer", self.heads * self.head_units + votes + 1, self.query_units),
            ("outcome", self.query_units + 1, 3),
            ("key_hidden", 3 * self.together_units, self.key_units),
            ("key", self.key_units + 1, 1),
            ("no_key_hidden", 2 * self.together_units, self.key_units),
            ("no_key", self.key_units + 1, 1),
        ):
            shapes[f"{name}/kernel"] = (width, units)
            if not name.endswith(_WITHOUT_BIAS):
                shapes[f"{name}/bias"] = (units,)
        for name in ("evidence", "left"):
            shapes[f"{name}/kernel"] = (self.outcomes, self.sight_units, self.evidence_units)
            shapes[f"{name}/bias"] = (self.outcomes, self.evidence_units)
            shapes[f"{name}/flags"] = (2, self.evidence_units)
        shapes["first_vote/none"] = shapes["vote/none"] = (1,)
        if self.set_rules:
            for name in ("first_sets", "sets"):
                shapes[f"{name}/rates"] = (SET_RATES, self.set_rules)
                shapes[f"{name}/pair_rates"] = (SET_RATES,)
                # Log odds of a membership, and the log prior of each set rule.
                shapes[f"{name}/member"] = shapes[f"{name}/bias"] = (self.set_rules,)
        shapes["attention/score"] = (self.query_units, self.heads)
        shapes["attention/value"] = (self.heads, self.query_units, self.head_units)
        return shapes
