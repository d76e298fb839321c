"""What a shell may complete: the coaches, signals, outcomes and formats that there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from signdecoder.core.names import fold


def complete_coach(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the coaches whose names begin like this."""
    store = _open_store(ctx)
    return _beginning(store.coaches(), incomplete) if store else []


def complete_signal(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the signals of the coach that begin like this, the commonest first."""
    store = _open_store(ctx)
    if store is None:
        return []
    coach = ctx.params.get("coach")
    plays = store.plays(coach) if isinstance(coach, str) else store.plays()
    seen: dict[str, int] = {}
    for play in plays:
        for signal in play.signals:
            seen[signal] = seen.get(signal, 0) + 1
    return _beginning(sorted(seen, key=lambda signal: -seen[signal]), incomplete)


def complete_outcome(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the outcomes that begin like this: those of the store, then the usual ones."""
    from signdecoder.core.outcomes import OUTCOMES

    store = _open_store(ctx)
    own = sorted(store.outcomes()) if store else []
    return _beginning(list(dict.fromkeys([*own, *OUTCOMES])), incomplete)


def complete_format(incomplete: str) -> list[str]:
    """Return the formats that begin like this."""
    from signdecoder.cli.formats import formats

    return _beginning([*formats()], incomplete)


def _beginning(names: list[str], start: str) -> list[str]:
    return [name for name in names if fold(name).startswith(fold(start))] if start else names


def _open_store(ctx: typer.Context) -> Any:
    """Return the store, or None if there is none: to complete a name creates nothing."""
    from signdecoder.cli.settings import default_store
    from signdecoder.store.store import Store

    named = ctx.params.get("db") or ctx.find_root().params.get("db") or default_store()
    path = Path(named) if named else Store.default_path()
    return Store.open(path) if path.is_file() else None
