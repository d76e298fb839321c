"""The options --separate and --same: which plays are the same sign of a coach."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from signdecoder.cli.io import echo_err
from signdecoder.core.names import fold
from signdecoder.core.outcomes import NONE
from signdecoder.core.same_plays import SAME_PLAYS, SamePlays, parse_same_plays

if TYPE_CHECKING:
    from signdecoder.store.store import Store


def check_same_plays(
    store: Store, separate: str | None, same: list[str] | None, accepted: Collection[str] = ()
) -> None:
    """Raise SigndecoderError if the options name plays that are not known or do not fit.

    Commands that save plays first check the options before. ``accepted`` are outcomes besides the
    store's.
    """
    _update(SAME_PLAYS, separate, same, {*store.outcomes(), *accepted})


def save_same_plays(
    store: Store,
    coaches: Iterable[str],
    separate: str | None,
    same: list[str] | None,
    accepted: Collection[str] = (),
) -> None:
    """Save the options for some coaches. Each replaces what was saved for it."""
    if separate is None and not same:
        return
    known = {*store.outcomes(), *accepted}
    updated = {c: _update(store.same_plays(c), separate, same, known) for c in coaches}
    for coach, same_plays in updated.items():
        if saved := store.save_same_plays(coach, same_plays):
            echo_err(f"{saved.description}.")


def _update(
    saved: SamePlays, separate: str | None, same: list[str] | None, known: Collection[str]
) -> SamePlays:
    """Return what holds after the options, where an option that was not given changes nothing."""
    given = parse_same_plays(
        "" if separate is None or fold(separate) == NONE else separate,
        [group for group in same or () if fold(group) != NONE],
        known,
    )
    return parse_same_plays(
        saved.separate if separate is None else given.separate, given.same if same else saved.same
    )
