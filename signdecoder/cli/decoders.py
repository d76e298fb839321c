"""The decoder of the coach that a command is about, and the notes to print about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signdecoder.cli import options
from signdecoder.cli.io import echo_err
from signdecoder.cli.same_plays import save_same_plays
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.near_names import find_near
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


def refuse_slips(store: Store, decoder: Decoder, coach: str, sequence: Sequence[str]) -> None:
    """Raise SigndecoderError for a signal that is new to the coach and looks like a slip."""
    unseen = decoder.unseen_signals(sequence)
    known = find_signals(store, coach) if unseen else []
    for signal in unseen:
        if near := find_near(signal, known):
            raise SigndecoderError(
                f'{coach} has never shown "{signal}"; did you mean {near}?',
                "ask about it anyway with --new",
            )


def find_signals(store: Store, coach: str) -> list[str]:
    """Return the signals that a coach has shown, the commonest first."""
    seen = Counter(signal for play in store.plays(coach) for signal in play.signals)
    return [signal for signal, _ in seen.most_common()]


def _echo(notes: Iterable[str]) -> None:
    for note in notes:
        echo_err(f"Note: {note}")
