"""A rule that depends on the moment of the game, such as another key sign with one out.

Which values a context has, and how it is computed from a log, is in `signdecoder.core.contexts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from signdecoder.core.contexts import CONTEXT_KINDS, NOT_NOTED, ContextKind
from signdecoder.rules.rule import Rule

Varies = Literal["key", "live"]
"""What changes with the moment: the key sign, or the live signal of the called play."""


@dataclass(frozen=True, slots=True)
class ContextRule:
    """A rule of the family `next` for each value of a context.

    Attributes
    ----------
    kind : str
        Name of the context, one of CONTEXT_KINDS.
    varies : {"key", "live"}
        What the rules differ in.
    rules : tuple of Rule
        The rule for each value, without a wipe-off or an activator.

    Raises
    ------
    ValueError
        If there is no such context, or the rules do not fit it or each other.
    """

    kind: str
    varies: Varies
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if self.kind not in {kind.name for kind in CONTEXT_KINDS}:
            raise ValueError(f"there is no context {self.kind!r}")
        if len(self.rules) != self.context.n_values:
            raise ValueError(f"{self.kind} takes {self.context.n_values} rules")
        if any(rule.family != "next" or rule != rule.plain for rule in self.rules):
            raise ValueError("rules that depend on a context are plain rules of the family next")
        if len({self._without_what_varies(rule) for rule in self.rules}) > 1:
            raise ValueError(f"the rules differ in more than the {self.varies} signal")

    @property
    def context(self) -> ContextKind:
        """The context that the rule depends on."""
        return CONTEXT_KINDS[self.context_number]

    @property
    def context_number(self) -> int:
        """Place of the context in CONTEXT_KINDS."""
        return next(n for n, kind in enumerate(CONTEXT_KINDS) if kind.name == self.kind)

    @property
    def family(self) -> str:
        """Name of this kind of rule; it is not a registered family."""
        return f"by_{self.kind}"

    @property
    def key_signs(self) -> tuple[int, ...]:
        """The key signs of all values, each once."""
        return self._of_rules(lambda rule: rule.key_signs)

    @property
    def live_signals(self) -> tuple[int, ...]:
        """The signals that call the called play at some value, each once."""
        return self._of_rules(lambda rule: rule.live_signals)

    @property
    def roles(self) -> tuple[int, ...]:
        """Every signal that has a role at some value."""
        return self._of_rules(lambda rule: rule.roles)

    @property
    def calls(self) -> tuple[int, ...]:
        """What calls each play at the first value; see `Rule.calls`."""
        return self.rules[0].calls

    @property
    def plain(self) -> ContextRule:
        """The rule itself: it has no wipe-off and no activator."""
        return self

    @property
    def counts(self) -> bool:
        """False: the calls are signals."""
        return False

    @property
    def is_null(self) -> bool:
        """False: the signals have a meaning."""
        return False

    def rule_for(self, value: int) -> Rule | None:
        """Find the rule that holds at a value of the context.

        Parameters
        ----------
        value : int
            The value, or NOT_NOTED.

        Returns
        -------
        Rule or None
            The rule; None if the value is not known.
        """
        return None if value == NOT_NOTED else self.rules[value]

    def value_in(self, context: Sequence[int]) -> int:
        """Take the value of this rule's context out of the values of all of them.

        Parameters
        ----------
        context : sequence of int
            The value of each of CONTEXT_KINDS; empty if nothing is known.

        Returns
        -------
        int
            The value, or NOT_NOTED.
        """
        return context[self.context_number] if context else NOT_NOTED

    def _without_what_varies(self, rule: Rule) -> Rule:
        """Return a rule with nothing in the roles that may differ."""
        if self.varies == "key":
            return replace(rule, indicator=-1, more_indicators=())
        return replace(rule, calls=(-1, *rule.calls[1:]), more_live=())

    def _of_rules(self, signals: Callable[[Rule], tuple[int, ...]]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(s for rule in self.rules for s in signals(rule)))


AnyRule = Rule | ContextRule
"""A rule that holds always, or one that depends on the moment of the game."""
