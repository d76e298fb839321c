"""What the families have in common whose rules have no indicator."""

from __future__ import annotations

from collections.abc import Iterator

from signdecoder.rules.family import ANOTHER_PLAY, PairRole, RuleFamily
from signdecoder.rules.form import RuleForm
from signdecoder.rules.rule import NO_SIGNAL, Rule


class LiveOnlyFamily(RuleFamily):
    """A family whose rules have no indicator: the live signal is the key sign."""

    form = RuleForm(key="")

    def key_signs(self, rule: Rule) -> tuple[int, ...]:
        """List the live signals of the called play."""
        return tuple(s for s in (rule.calls[0], rule.second) if s != NO_SIGNAL)

    def pair_roles(self, rule: Rule) -> Iterator[PairRole]:
        """List each live signal as a pair of itself."""
        for live in self.key_signs(rule):
            yield live, live, self.role_name(rule)
        for other in rule.calls[1:]:
            yield other, other, ANOTHER_PLAY

    def role_name(self, rule: Rule) -> str:
        """Name the role of the live signal.

        Parameters
        ----------
        rule : Rule
            A rule of this family.

        Returns
        -------
        str
            One of `role_names`.
        """
        return self.role_names[0]
