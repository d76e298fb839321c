"""What the figures of reports and explanations mean, for those who ask with ``--details``."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

_LABEL = 10  # columns

REPORT_TERMS = {
    "rule": "The percentage is the probability of the rule, given the plays. Other rules that are"
    " still possible follow.",
    "key sign": "The signal that makes the signs live. The percentage is the probability that it is"
    " this one, by the network and the rule engine together.",
    "expected": "The share of right predictions that the decoder expects on sequences like this"
    " coach's. From 95% on, the coach counts as cracked.",
    "luck": "A permutation test shuffles the outcomes within games. p is the probability of a fit"
    " as good as this one if the signs meant nothing; 0.05 or less counts as not luck.",
}
HELD_OUT_TERMS = {
    "held out": "Plays that were predicted before they were learned. Log loss is the mean of -ln"
    " of the probability given to what happened; lower is better.",
}
EXPLANATION_TERMS = {
    "weights": "How much this sign raises the log-odds compared with an average sign in the same"
    " position.",
    "what if": "The one signal whose replacement changes the prediction most.",
    "evidence": "Plays on which this rule and the closest other rule disagree, and the outcome"
    " supports this rule. Signals that the rule uses are in brackets.",
    "luck": REPORT_TERMS["luck"],
}


def format_definitions(terms: Mapping[str, str], wide: int = 80) -> list[str]:
    """Format definitions as a paragraph.

    Parameters
    ----------
    terms : mapping of str to str
        The definition of each label.
    wide : int, optional
        Columns of a line.

    Returns
    -------
    list of str
        A headline, then the lines.
    """
    lines = ["What it means"]
    for label, definition in terms.items():
        for n, line in enumerate(wrap(definition, wide - _LABEL - 2)):
            lines.append(f"  {label if n == 0 else '':<{_LABEL}}{line}")
    return lines
