"""What a rule family defines: everything that distinguishes one kind of rule from another.

Each file in `signdecoder/rules/families/` defines one subclass and an instance of it, `FAMILY`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from signdecoder.rules.drawing import Pattern, PatternDraw, SignalDraw
from signdecoder.rules.form import RuleForm
from signdecoder.rules.layout import FamilyLayout
from signdecoder.rules.parts import Part
from signdecoder.rules.rule import NO_SIGNAL, Mask, Rule, Sequences
from signdecoder.rules.signal_names import SignalNames

Names = SignalNames
PairRole = tuple[int, int, str]
ANOTHER_PLAY = "another play"
"""Role of an indicator and the live signal of a play other than the called play."""
ON_THE_WAY = "on the way"
"""Role of an indicator and a signal that must stand between it and the live signal."""
CLOSING = "closing"
"""Role of a live signal and the signal that must come later."""


class RuleFamily(ABC):
    """One kind of rule. A subclass sets the attributes and overrides what differs.

    The methods are those of a family with an indicator and a live signal for each play.

    Attributes
    ----------
    name : str
        Name of the family, which is stored and typed on the command line.
    order : int
        Place among all families, the order of base rules in the posterior and of lists.
    drawing_order : int or None
        Place among all families in seeded draws; None if coaches have such rules only where one
        asks for the family by name.
    weight : float
        How common the family is among coaches, relative to the others.
    summary : str
        The kind of rule in a few words, for lists.
    smallest_vocabulary : int
        The fewest signals that a coach with such a rule uses.
    counts : bool
        True if the calls are numbers, not signals.
    can_be_confirmed : bool
        True if its rules may have an activator.
    can_be_wiped_off : bool
        True if its rules may have a wipe-off, in random draws and in the exact posterior.
    takes_sets : bool
        True if any of several signals may be the indicator, or the live signal, of a rule.
    second_part : {"key", "live", "wipe-off"}
        The part that `Rule.second` plays in a sequence, unless it is a live signal.
    layouts : tuple of FamilyLayout
        Its base rules, for the exact posterior.
    form : RuleForm
        What a coach says about their own rule of this family.
    """

    name: ClassVar[str]
    order: ClassVar[int]
    drawing_order: ClassVar[int | None] = None
    weight: ClassVar[float]
    summary: ClassVar[str]
    smallest_vocabulary: ClassVar[int] = 4
    counts: ClassVar[bool] = False
    can_be_confirmed: ClassVar[bool] = True
    can_be_wiped_off: ClassVar[bool] = True
    takes_sets: ClassVar[bool] = False
    second_part: ClassVar[Part] = "key"
    layouts: ClassVar[tuple[FamilyLayout, ...]] = ()
    form: ClassVar[RuleForm] = RuleForm()

    @abstractmethod
    def matches(self, rule: Rule, sequences: Sequences, call: int) -> Mask:
        """Decide which sequences show a call.

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        sequences : numpy.ndarray of int16, shape (N, T)
            Sequences, without what a wipe-off canceled.
        call : int
            One of `rule.calls`.

        Returns
        -------
        numpy.ndarray of bool, shape (N,)
            True where the sequence shows the call.
        """

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        """List the key signs of a rule.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Returns
        -------
        tuple of int
            The key sign, or two if either will do; empty if the rule is about any signal.
        """
        return (rule.indicator,)

    def live_signals(self, rule: Rule) -> tuple[int, ...]:
        """List the signals that call the called play.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Returns
        -------
        tuple of int
            Signals, NO_SIGNAL for any; empty in families that count.
        """
        return () if self.counts else rule.calls[:1]

    def calling_alone(self, rule: Rule) -> tuple[int, ...]:
        """List the signals that call a play wherever they stand, without any other signal.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Returns
        -------
        tuple of int
            The signals; empty in most families.
        """
        return ()

    def rewordings(self, rule: Rule) -> tuple[Rule, ...]:
        """List other rules for the called play that match the same sequences.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Returns
        -------
        tuple of Rule
            The other rules, of any family, without wipe-off and activator.
        """
        return ()

    def base_rule(self, layout: FamilyLayout, signals: Mapping[str, int], number: int) -> Rule:
        """Build a base rule of one of the layouts.

        Parameters
        ----------
        layout : FamilyLayout
            One of `layouts`.
        signals : mapping of str to int
            The signal in each role of the layout.
        number : int
            The number or position; NO_SIGNAL if the layout has none.

        Returns
        -------
        Rule
            The rule, for the called play alone.
        """
        call = number if self.counts else signals.get("l", NO_SIGNAL)
        key, second = signals.get("k", NO_SIGNAL), signals.get("s", NO_SIGNAL)
        return Rule(self.name, (call,), key, second, layout.step)

    def sample(self, draw: SignalDraw, n_others: int) -> Rule:
        """Draw a random rule, without a wipe-off or an activator.

        Parameters
        ----------
        draw : SignalDraw
            Draws the signals.
        n_others : int
            Number of other plays, if the vocabulary has room.

        Returns
        -------
        Rule
            A rule of this family.
        """
        indicator = draw.take()
        return Rule(self.name, draw.take_calls(n_others), indicator)

    @abstractmethod
    def pattern(self, rule: Rule, call: int, draw: PatternDraw) -> Pattern | None:
        """Say which signals show a call, for inserting them into sequences.

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        call : int
            One of `rule.calls`.
        draw : PatternDraw
            The sequences and random choices.

        Returns
        -------
        Pattern or None
            The pattern; None if nothing shows the call.
        """

    @abstractmethod
    def heading(self, rule: Rule, name: Names) -> str:
        """Say where a rule looks, such as "right after ear".

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        name : callable
            Takes a signal, returns its name.

        Returns
        -------
        str
            The words before the calls of several plays: `right after ear: belt = steal, ...`.
        """

    def phrase(self, rule: Rule, call: str, name: Names) -> str:
        """Say what calls the called play, such as "belt right after ear".

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        call : str
            The call in words.
        name : callable
            Takes a signal, returns its name.

        Returns
        -------
        str
            The words before ` = steal`.
        """
        return f"{call} {self.heading(rule, name)}"

    def call_words(self, rule: Rule, name: Names) -> list[str]:
        """Say what calls each play: a live signal, several of them, or a number.

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        name : callable
            Takes a signal, returns its name.

        Returns
        -------
        list of str
            The words for each of `rule.calls`.
        """
        if self.counts:
            return [str(call) for call in rule.calls]
        live = (rule.calls[0], *rule.more_live)
        return [name.any_of(live), *(name(call) for call in rule.calls[1:])]

    def call_alone(self, rule: Rule, name: Names) -> str:
        """Say what calls the called play, without the rest of the rule.

        Parameters
        ----------
        rule : Rule
            A rule of this family.
        name : callable
            Takes a signal, returns its name.

        Returns
        -------
        str
            Such as "belt" or "3 signals after".
        """
        return self.call_words(rule, name)[0]

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles that a pair of signals can have in a rule of the family."""
        return (self.name,)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        """List the roles of pairs of signals in a rule, without wipe-off and activator.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Yields
        ------
        tuple of (int, int, str)
            The signals k and l of the pair, equal for a signal alone, and the name of the role.
        """
        yield rule.indicator, rule.calls[0], self.role_names[0]
        for other in rule.calls[1:]:
            yield rule.indicator, other, ANOTHER_PLAY
