"""``signdecoder query``: predict one sequence."""

from __future__ import annotations

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import echo_notes, open_coach, refuse_slips
from signdecoder.cli.input import read_signals
from signdecoder.cli.io import print_json, print_text
from signdecoder.core.moments import parse_moment
from signdecoder.core.outcomes import STEAL
from signdecoder.core.sequences import parse_arguments
from signdecoder.core.shares import UNKNOWN_SHARE


def query(
    signals: options.Signals,
    coach: options.Coach = None,
    play: options.OptionalPlay = None,
    inning: options.Inning = None,
    half: options.Half = None,
    outs: options.Outs = None,
    balls: options.Balls = None,
    strikes: options.Strikes = None,
    runners: options.Runners = None,
    new: options.New = False,
    compact: options.Compact = False,
    weights: options.WeightsFile = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    unknown_share: options.UnknownShare = UNKNOWN_SHARE,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Predict what a sequence calls: steal or not, or another play.

    SIGNAL... is the sequence in order: one signal per argument, or the whole sequence in one
    argument, as in a log ("ear, cap, belt"); - reads it from standard input. Write _ or "?" for a
    signal that you did not see, and ... for any number of them. --play asks about one play. Some
    coaches change their signs by inning, outs or count: give what you know of them.
    """
    from signdecoder.store.store import Store

    sequence = parse_arguments(read_signals(signals), compact)
    moment = parse_moment(options.moment_cells(inning, half, outs, balls, strikes, runners))
    with Store.open(db) as store:
        name, decoder = open_coach(
            store, coach, play or STEAL, weights, attributes, unknown_share, separate, same
        )
        if not (new or compact):
            refuse_slips(store, decoder, name, sequence)
    echo_notes(decoder, name, sequence)
    answer = (
        name,
        decoder.predict(sequence, at=moment),
        decoder.n_plays,
        decoder.n_called,
        decoder.key_signs(),
    )
    needed = decoder.context_needed()
    if json:
        from signdecoder.reports.coach_report import query_document

        rule = decoder.rules()[0] if decoder.has_rule else None
        print_json(query_document(*answer, needed, decoder.card(), rule))
    else:  # the report's values would take longer to load than this answer takes
        from signdecoder.reports.coach_text import format_query

        calls_to_go = decoder.expected_calls_to_crack()
        print_text(format_query(*answer, calls_to_go, needed, all_plays=play is None))


COMMAND = Command(query, Section.PREDICT, "signdecoder query ear cap belt --coach Hawks")
