"""The gates as text and as a document, from a trace made by hand."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from signdecoder.analysis.gate_trace import CarriedState, GateTrace, trace_gates
from signdecoder.analysis.leading_pair import Candidate
from signdecoder.core.text import width
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log
from signdecoder.lstm.cell import Floats, Gates
from signdecoder.reports.gate_text import carried_sentences, format_gates, gate_document, headline
from signdecoder.reports.gate_values import VALUES

DATA = Path(__file__).parents[2] / "data"


def floats(*rows: tuple[float, ...]) -> Floats:
    return np.array(rows, np.float32)


def made_trace() -> GateTrace:
    """Three signals, two units: unit 1 keeps what the cap wrote, unit 0 half of it."""
    candidate = Candidate(
        "cap", "belt", ("cap", "belt"), (0, 1), 0.75, 0,
        "belt right after cap = steal", ("key sign", "live signal"),
    )  # fmt: skip
    cell = floats((0.5, -1.0), (0.5, -1.0), (0.25, -2.0))
    gates = Gates(
        forget=floats((0.5, 0.5), (1.0, 1.0), (0.5, 1.0)),
        input=floats((1.0, 1.0), (0.0, 0.0), (0.0, 1.0)),
        candidate=floats((0.5, -1.0), (0.0, 0.0), (0.0, -1.0)),
        cell=cell,
        output=floats((1.0, 1.0), (0.0, 0.0), (1.0, 0.5)),
        hidden=np.tanh(cell) * floats((1.0, 1.0), (0.0, 0.0), (1.0, 0.5)),
    )
    carried = CarriedState(
        0, 2, True, written=floats((0.5, -1.0))[0], kept=floats((0.5, 1.0))[0],
        share=floats((1.0, 0.5))[0], without=floats((0.0, 0.0), (0.25, 0.0), (0.25, -1.0)),
        kept_in_all=1.25 / 1.5, share_in_all=1.25 / 2.25,
    )  # fmt: skip
    return GateTrace(
        ("cap", "ear", "belt"), candidate, floats((1, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0)), gates,
        np.zeros((3, 3, 8), np.float32), floats((0.0, 0.1, 0.98))[0], carried,
        has_rule=True,
    )  # fmt: skip


TEXT = """\
cap → belt, 75% of the LSTM's vote: belt right after cap = steal
The gates show when the network stores, keeps and shows something, not why.

          cap  ear belt
rule     ···· ▁▁▁▁ ████
ΔC 1    −████−████−████
ΔC 0     ▒▒▒▒ ░░░░ ····
83% of what "cap" (signal 1) stored is still there at "belt" (signal 3) (56% of
the memory).
ΔC is the effect of "cap": C minus the C that a decoy in its place would give.
It is 0 before "cap" and largest in unit 1 when "belt" comes: −1.00.
The rule shows from "belt" (signal 3) on: 10% before it, 98% with it.

f  forget gate           i  input gate            C̃  candidate
          cap  ear belt            cap  ear belt            cap  ear belt
unit 1   ▒▒▒▒ ████ ████  unit 1   ████ ···· ████  unit 1  −████ ····−████
unit 0   ▒▒▒▒ ████ ▒▒▒▒  unit 0   ████ ···· ····  unit 0   ▒▒▒▒ ···· ····

C  cell state            o  output gate           h  hidden
          cap  ear belt            cap  ear belt            cap  ear belt
unit 1  −▒▒▒▒−▒▒▒▒−████  unit 1   ████ ···· ▒▒▒▒  unit 1  −▓▓▓▓ ····−▒▒▒▒
unit 0   ░░░░ ░░░░ ····  unit 0   ████ ···· ████  unit 0   ▒▒▒▒ ···· ░░░░

f_t = σ(W_f x_t + U_f h_t-1 + b_f)     share of the old memory that is kept
i_t = σ(W_i x_t + U_i h_t-1 + b_i)     share of the new that is stored
C̃_t = tanh(W_C x_t + U_C h_t-1 + b_C)  what could be stored
C_t = f_t ⊙ C_t-1 + i_t ⊙ C̃_t          the memory
o_t = σ(W_o x_t + U_o h_t-1 + b_o)     share of the memory that shows
h_t = o_t ⊙ tanh(C_t)                  what the next layer sees
σ(z) = 1/(1 + e^-z); ⊙ multiplies unit by unit; t-1 is the signal before. A full
block is 1, or the largest value of its map. Of 2 units, the maps show those
that carry most of ΔC to the live signal.
"""


def test_a_trace_is_formatted_in_full() -> None:
    assert "\n".join(format_gates(made_trace())) + "\n" == TEXT


@pytest.fixture(scope="module")
def hawks() -> Decoder:
    decoder = Decoder()
    decoder.observe_many(load_log(DATA / "demo_game.csv", coach=None).plays)
    return decoder


@pytest.mark.parametrize("signals", [1, 2, 6, 8, 12, 30, 64])
@pytest.mark.parametrize("wide", [40, 80, 120])
def test_no_line_is_too_wide(hawks: Decoder, signals: int, wide: int) -> None:
    names = (["chin", "ear", "belt", "左耳"] * 16)[:signals]
    lines = format_gates(trace_gates(hawks, names), wide)
    # However narrow, each signal has a column, and an equation stands on one line.
    assert max(map(width, lines)) <= max(wide, 8 + signals)
    text = " ".join(" ".join(lines).split())
    for value in VALUES:
        assert f"{value.symbol} {value.name}" in text
        assert value.equation in text
        assert value.does in text


def test_control_characters_in_names_are_escaped() -> None:
    trace = made_trace()
    named = replace(trace, signals=("cap", "\x1b[2J", "belt"))
    assert not any("\x1b" in line for line in format_gates(named))


def test_without_a_leading_pair_there_is_nothing_to_show() -> None:
    assert format_gates(None) == [
        "gates: nothing to show yet: no pair of signals has half of the LSTM's vote"
    ]
    assert gate_document(None) is None


def test_sentences_without_a_live_signal_or_a_named_rule() -> None:
    trace = made_trace()
    assert trace.carried is not None
    nothing = replace(trace, carried=None)
    sentences = carried_sentences(nothing)
    assert sentences == ["Nothing is carried: cap does not come before the last signal."]
    either = replace(nothing, candidate=replace(trace.candidate, either=True, rule=""))
    assert carried_sentences(either) == [
        "Nothing is carried: cap or belt does not come before the last signal."
    ]
    assert headline(either).endswith("vote: a feature that the network learned by itself.")
    to_the_end = replace(
        trace, carried=replace(trace.carried, found=False), shown=floats((0.0, 0.1, 0.3))[0]
    )
    first, second, third = carried_sentences(to_the_end)
    assert "is still there at the end (56% of the memory)." in first
    assert second.endswith("largest in unit 1 before the last signal: −1.00.")
    assert third == "The rule never shows (at most 30%)."


def test_the_trace_document_has_the_keys_that_scripts_use() -> None:
    document = gate_document(made_trace())
    assert document is not None
    assert json.loads(json.dumps(document)) == document
    assert document["candidate"] == {
        "pair": ["cap", "belt"], "parts": ["key sign", "live signal"], "share": 0.75,
        "rule": "belt right after cap = steal",
            "borne_out": True,
    }  # fmt: skip
    assert document["signs"] == ["cap", "ear", "belt"]
    assert document["f"] == [[0.5, 0.5], [1.0, 1.0], [0.5, 1.0]]
    assert document["i"] == [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]
    assert document["c_tilde"] == [[0.5, -1.0], [0.0, 0.0], [0.0, -1.0]]
    assert document["c"] == [[0.5, -1.0], [0.5, -1.0], [0.25, -2.0]]
    assert document["o"] == [[1.0, 1.0], [0.0, 0.0], [1.0, 0.5]]
    assert document["h"] == [[0.4621, -0.7616], [0.0, 0.0], [0.2449, -0.482]]
    assert document["carried"] == {
        "from": 1, "to": 3, "live_signal_came": True, "kept": [0.5, 1.0], "share": [1.0, 0.5],
        "kept_in_all": 0.8333, "share_in_all": 0.5556,
        "delta_c": [[0.5, -1.0], [0.25, -1.0], [0.0, -1.0]],
    }  # fmt: skip
    assert gate_document(replace(made_trace(), carried=None))["carried"] is None  # type: ignore[index]


def test_without_a_rule_the_leading_candidate_is_marked_as_such() -> None:
    guess = replace(made_trace(), has_rule=False)
    words = "This is only the leading candidate: no rule fits the plays yet."
    assert headline(guess) == f"{headline(made_trace())} {words}"
    document = gate_document(guess)
    assert document is not None
    assert document["candidate"]["borne_out"] is False
    assert words in " ".join(format_gates(guess, 80)[:6])
