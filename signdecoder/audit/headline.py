"""An audit in four lines: how soon the signs are read, and what helps most."""

from __future__ import annotations

from signdecoder.audit.results import Audit, Effect
from signdecoder.core.text import count, printable
from signdecoder.rules.describe import describe

_SHORT = {
    "wipe_off": "a wipe-off sign",
    "key_each_inning": "a new key sign every inning",
    "key_each_game": "a new key sign every game",
    "better_decoys": "better decoys",
}
_MORE = "Add --details for the opponents, your habits and what the numbers mean."


def audit_headline(audit: Audit) -> str:
    """Return the answer of an audit: when the signs are read, the best fix, and the others."""
    spec = audit.spec
    rule = printable(describe(spec.rule, [spec.name(s) for s in range(20)], spec.plays))
    seasons = f"{count(audit.seasons, 'simulated season')} of {count(audit.plays, 'play')}"
    lines = [f"YOUR SIGNS: {rule}   {seasons}", f"  Readable after  {_readable(audit)}"]
    measures = sorted(
        (effect for effect in audit.effects if effect.kind == "measure"),
        key=lambda effect: -effect.gained.mean,
    )
    best = measures[0] if measures and measures[0].gained.low > 0 else None
    if best:
        safe = f"{best.gained.mean:.0f} of {count(audit.plays, 'play')}"
        lines.append(f"  Best fix        {_SHORT[best.change]}: {safe} become safe")
    else:
        lines.append("  Best fix        none of those tried clearly helps")
    others = [_short(effect) for effect in measures if effect is not best]
    if others:
        lines.append(f"  Others          {' · '.join(others)}")
    return "\n".join([*lines, _MORE])


def _readable(audit: Audit) -> str:
    first = audit.cracks[0]
    if first.plays is None or first.steals is None:
        return f"never within {count(audit.plays, 'play')}"
    text = f"{count(round(first.plays), 'play')} ({count(round(first.steals), 'steal')})"
    if first.early is not None and first.late is not None:
        text += f", in half of the seasons {first.early:.0f} to {first.late:.0f}"
    return text


def _short(effect: Effect) -> str:
    unclear = "" if effect.is_clear else " (unclear)"
    return f"{_SHORT[effect.change]} {round(effect.gained.mean):+d}{unclear}"
