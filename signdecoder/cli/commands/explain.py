"""``signdecoder explain``: why a sequence is predicted as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from signdecoder.cli import options
from signdecoder.cli.command import Command, Section
from signdecoder.cli.decoders import echo_notes, open_coach
from signdecoder.cli.input import read_signals
from signdecoder.cli.io import print_json, print_text
from signdecoder.core.moments import parse_moment
from signdecoder.core.outcomes import STEAL
from signdecoder.core.sequences import parse_arguments


def explain(
    signals: options.Signals,
    coach: options.Coach = None,
    play: options.PlayName = STEAL,
    inning: options.Inning = None,
    half: options.Half = None,
    outs: options.Outs = None,
    balls: options.Balls = None,
    strikes: options.Strikes = None,
    runners: options.Runners = None,
    compact: options.Compact = False,
    weights: options.WeightsFile = None,
    attributes: options.AttributesFile = None,
    separate: options.Separate = None,
    same: options.Same = None,
    db: options.Db = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="Show the LSTM's gates, signal by signal.")
    ] = False,
    details: options.Details = False,
    json: options.Json = False,
) -> None:
    """Explain a prediction: weights of signals, what-if, rule.

    SIGNAL... is the sequence in order, as for "signdecoder query". The number beside a signal says
    how much this sign raises the log-odds compared with an average sign in the same position.
    "What if" names the one signal whose replacement changes the prediction most. "Evidence" lists
    the plays that support this rule over the closest other rule; "play 1" is the coach's first.
    """
    from signdecoder.analysis.attribution import explain as explain_sequence
    from signdecoder.reports.explanation_text import explanation_document, format_explanation
    from signdecoder.reports.gate_text import format_gates, gate_document
    from signdecoder.store.store import Store

    sequence = parse_arguments(read_signals(signals), compact)
    moment = parse_moment(options.moment_cells(inning, half, outs, balls, strikes, runners))
    with Store.open(db) as store:
        name, decoder = open_coach(
            store, coach, play, weights, attributes, separate=separate, same=same
        )
        plays = store.plays(name)
    echo_notes(decoder, name, sequence)
    explanation = explain_sequence(name, decoder, sequence, plays, moment)
    if json:
        document = explanation_document(explanation)
        print_json(document | ({"gates": gate_document(explanation.trace)} if gates else {}))
    else:
        lines = ["", *format_gates(explanation.trace)] if gates else []
        print_text("\n".join([format_explanation(explanation, details=details), *lines]))


COMMAND = Command(explain, Section.PREDICT, "signdecoder explain ear cap belt --coach Hawks")
