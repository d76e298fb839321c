"""``signdecoder coaches``: list the coaches."""

from __future__ import annotations

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err, print_json, print_text
from signdecoder.core.outcomes import STEAL


def coaches(
    play: options.CountedPlay = STEAL,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """List the coaches and how many plays each has."""
    from signdecoder.reports import play_text
    from signdecoder.store.store import Store

    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        counts = [
            play_text.count_outcomes(name, outcomes, called_play, store.same_plays(name))
            for name, outcomes in store.count_outcomes().items()
        ]
    if json:
        print_json(play_text.coaches_document(counts))
    elif counts:
        print_text(play_text.format_coaches(counts, called_play))
    else:
        echo_err(options.NO_PLAYS)


COMMAND = Command(coaches, Section.MANAGE, "signdecoder coaches")
