"""What `next` and `before` have in common: each reads the pairs of the other, roles swapped."""

from __future__ import annotations

from signdecoder.rules.rule import Rule


def swap_roles(rule: Rule, family: str) -> Rule:
    """Make the live signals of a rule the indicators of another, and its indicators live.

    Parameters
    ----------
    rule : Rule
        The rule.
    family : str
        Name of the family of the other rule.

    Returns
    -------
    Rule
        The other rule, for the called play alone.
    """
    return Rule(
        family,
        (rule.indicator,),
        rule.calls[0],
        more_live=rule.more_indicators,
        more_indicators=rule.more_live,
    )
