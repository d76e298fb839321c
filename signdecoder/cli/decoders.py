"""The decoder of the coach that a command is about, and the notes to print about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.cli import options
from signdecoder.cli.io import echo_err
from signdecoder.cli.same_plays import save_same_plays
from signdecoder.core.shares import UNKNOWN_SHARE

if TYPE_CHECKING:
    from signdecoder.decoder.decoder import Decoder
    from signdecoder.store.store import Store


def open_coach(
    store: Store,
    coach: str | None,
    play: str,
    weights: Path | None,
    attributes: Path | None = None,
    unknown_share: float = UNKNOWN_SHARE,
    separate: str | None = None,
    same: list[str] | None = None,
) -> tuple[str, Decoder]:
    """Return the coach's name and a decoder that has read the coach's plays.

    A file of attributes is saved first, and which plays are the same sign.
    """
    from signdecoder.workspace.decoders import open_decoder

    name, called_play = options.find_coach(store, coach), options.find_play(store, play)
    save_attributes(store, [name], attributes)
    save_same_plays(store, [name], separate, same)
    decoder = open_decoder(
        store, name, play=called_play, weights=weights, unknown_share=unknown_share
    )
    return name, decoder


def save_attributes(store: Store, coaches: Iterable[str], file: Path | None) -> None:
    """Save what a file says of the signals of some coaches, if one is given."""
    if file is None:
        return
    from signdecoder.logs.attributes_file import load_attributes

    attributes = load_attributes(file)
    for coach in coaches:
        if saved := store.save_attributes(coach, attributes):
            echo_err(f"{saved.description}.")


def echo_notes(decoder: Decoder, coach: str = "", sequence: Sequence[str] = ()) -> None:
    """Print what limits the decoder's answers, and which signals of a sequence are new to it."""
    notes: list[str] = list(decoder.notes)
    unseen = ", ".join(f'"{sign}"' for sign in decoder.unseen_signals(sequence)) if sequence else ""
    if unseen:
        notes.append(f"{coach} has never shown {unseen}")
    _echo(notes)


def _echo(notes: Iterable[str]) -> None:
    for note in notes:
        echo_err(f"Note: {note}")
