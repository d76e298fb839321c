"""``signdecoder coaches``: list the coaches."""

from __future__ import annotations

from signdecoder.cli import options
from signdecoder.cli.answer import Answer
from signdecoder.cli.command import Command, Section
from signdecoder.cli.io import echo_err
from signdecoder.cli.output import choose_output
from signdecoder.core.outcomes import STEAL
from signdecoder.core.text import count


def coaches(
    play: options.CountedPlay = STEAL,
    db: options.Db = None,
    format: options.Format = None,
    json: options.Json = False,
    out: options.Out = None,
) -> None:
    """List the coaches and how many plays each has."""
    from signdecoder.reports import play_text
    from signdecoder.store.store import Store

    output = choose_output(format, json, out)
    with Store.open(db) as store:
        called_play = options.find_play(store, play)
        counts = [
            play_text.count_outcomes(name, outcomes, called_play, store.same_plays(name))
            for name, outcomes in store.count_outcomes().items()
        ]
    if not counts and output.is_for_people:
        echo_err(options.NO_PLAYS)
        return
    answer = Answer(
        "coaches",
        table=lambda: play_text.coaches_table(counts),
        text=lambda: play_text.format_coaches(counts, called_play),
        document=lambda: play_text.coaches_document(counts),
    )
    output.write(answer, count(len(counts), "coach", "coaches"))


COMMAND = Command(coaches, Section.MANAGE, "signdecoder coaches")
