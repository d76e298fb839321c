"""The sign card in reports: what calls each play, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from signdecoder.core.text import columns, percent
from signdecoder.reports.phrases import outcome_name
from signdecoder.rules.by_context import ContextRule
from signdecoder.rules.rule import NO_SIGNAL

if TYPE_CHECKING:
    from signdecoder.decoder.ranked_rule import NamedRule
    from signdecoder.decoder.sign_card import CardLine
    from signdecoder.rules.rule import Rule


def format_card(card: Sequence[CardLine]) -> list[str]:
    """Format a sign card: a line for each play, then where the key sign is.

    Parameters
    ----------
    card : sequence of CardLine
        The lines.

    Returns
    -------
    list of str
        The lines, such as ``steal  belt  97%  seen 12``; none if no play was seen.
    """
    rows = [
        (outcome_name(line.play), call_words(line), _sure(line), f"seen {line.seen}")
        for line in card
    ]
    lines = columns(rows, "<<><") if rows else []
    where = dict.fromkeys(line.where for line in card if line.where)
    return [*lines, *where]


def call_words(line: CardLine) -> str:
    """Say what calls the play of a line of a sign card.

    Parameters
    ----------
    line : CardLine
        The line.

    Returns
    -------
    str
        Such as ``belt``, ``belt or nose``, ``belt, then wrist``, ``3 signals after`` or ``not known
        yet``.
    """
    if line.known is None:
        return "not known yet"
    if isinstance(line.known.rule, ContextRule):
        return line.rule
    if line.in_a_row:
        return ", then ".join(line.signals)
    return line.known.call


def _sure(line: CardLine) -> str:
    return percent(line.probability) if line.known else ""


def card_document(card: Sequence[CardLine]) -> list[dict[str, Any]]:
    """Return a sign card for JSON.

    Parameters
    ----------
    card : sequence of CardLine
        The lines.

    Returns
    -------
    list of dict
        An object for each line.
    """
    return [
        {
            "play": line.play,
            "signals": list(line.signals),
            "probability": line.probability,
            "in_a_row": line.in_a_row,
            "seen": line.seen,
            "rule": line.rule or None,
            "rule_parts": rule_document(line.known),
        }
        for line in card
    ]


def rule_document(named: NamedRule | None) -> dict[str, Any] | None:
    """Return a rule as structure, for JSON.

    Parameters
    ----------
    named : NamedRule or None
        The rule.

    Returns
    -------
    dict or None
        Its family, key signs, live signals, modifier and context; None without a rule.
    """
    if named is None:
        return None
    rule, context = named.rule, None
    if isinstance(rule, ContextRule):
        context = {
            "kind": rule.kind,
            "varies": rule.varies,
            "values": [
                {"when": when, **_roles(one, named.names)}
                for when, one in zip(rule.context.value_words, rule.rules, strict=True)
            ],
        }
        roles = {"key": list(named.key_signs), "live": list(named.live_signals)}
        return {"family": rule.family, **roles, "modifier": None, "context": context}
    return {
        "family": rule.family,
        **_roles(rule, named.names),
        "modifier": _modifier(rule, named.names),
        "context": None,
    }


def _roles(rule: Rule, names: Sequence[str]) -> dict[str, Any]:
    """Return the signals of a rule by their role, and its numbers."""
    roles: dict[str, Any] = {
        "key": [names[key] for key in rule.key_signs if key >= 0],
        "live": [names[live] for live in rule.live_signals if live >= 0],
    }
    if rule.second != NO_SIGNAL:
        roles["second"] = names[rule.second]
    if rule.counts:
        roles["count"] = rule.calls[0]
    if rule.step != 1:
        roles["step"] = rule.step
    return roles


def _modifier(rule: Rule, names: Sequence[str]) -> dict[str, Any] | None:
    """Return what cancels or confirms."""
    if rule.wipe_off != NO_SIGNAL:
        kind = "wipe_off"
        return {"kind": kind, "signal": names[rule.wipe_off], "anywhere": rule.wipes_anywhere}
    if rule.activator != NO_SIGNAL:
        return {"kind": "activator", "signal": names[rule.activator]}
    return None
