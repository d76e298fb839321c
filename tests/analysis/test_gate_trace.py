"""Gate traces: compared with Keras, with hand calculations, and with the network itself."""

from dataclasses import replace
from math import log, tanh
from pathlib import Path

import numpy as np
import pytest

from signdecoder.analysis.gate_trace import GateTrace, left_of_writes, trace_gates
from signdecoder.analysis.leading_pair import leading_candidate
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import load_log
from signdecoder.lstm.cell import LSTM, Gates, State, sigmoid
from signdecoder.lstm.model import PairModel
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.rules.pair_rules import (
    N_PAIR_RULES,
    THIRD_SIGNAL,
    pair_rule_places,
)
from signdecoder.rules.rule import NO_SIGNAL, Rule
from tests.support.networks import SMALL, random_weights

DATA = Path(__file__).parents[2] / "data"
PAST_DECOYS = ("chin", "ear", "nose", "knee", "belt", "cap")


@pytest.fixture(scope="module")
def bears() -> Decoder:
    """Return the decoder after a season in which the second signal after the nose counts."""
    decoder = Decoder()
    decoder.observe_many(load_log(DATA / "season" / "bears.csv", coach=None).plays[:40])
    return decoder


def traced(decoder: Decoder, signals: tuple[str, ...]) -> GateTrace:
    trace = trace_gates(decoder, signals)
    assert trace is not None
    return trace


# --- the equations --------------------------------------------------------------------------------


def test_one_step_of_two_units_by_hand() -> None:
    # sigma(ln 3) = 3/4, sigma(-ln 3) = 1/4, sigma(0) = 1/2; tanh(ln 2) = 3/5, tanh(ln 3) = 4/5.
    ln2, ln3 = log(2), log(3)
    lstm = LSTM(
        # x = 1 to        i1, i2     f1, f2     C1, C2   o1, o2
        kernel=np.array([[-ln3, 0.0, ln3, 0.0, ln2, 0.0, 0.0, 0.0]], np.float32),
        recurrent=np.array(
            [
                [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],  # h1 = 1/2 to the same
                [0.0, -ln3, 0.0, ln3, 0.0, 0.0, 0.0, 0.0],  # h2 = -1
            ],
            np.float32,
        ),
        bias=np.array([0.0, 0.0, 0.0, 0.0, 0.0, ln3, 0.0, ln3], np.float32),
    )
    x = np.array([[1.0]], np.float32)
    before = State(np.array([[0.5, -1.0]], np.float32), np.array([[1.0, -0.4]], np.float32))
    gates = lstm.gates(x, before)
    # Unit 1 keeps what it had, unit 2 stores something new:
    assert gates.forget[0] == pytest.approx([3 / 4, 1 / 4])
    assert gates.input[0] == pytest.approx([1 / 4, 3 / 4])
    assert gates.candidate[0] == pytest.approx([3 / 5, 4 / 5])
    # C = f C' + i C~: 3/4 x 1 + 1/4 x 3/5 = 0.9, and 1/4 x -0.4 + 3/4 x 4/5 = -0.1 + 0.6 = 0.5.
    assert gates.cell[0] == pytest.approx([0.9, 0.5])
    assert gates.output[0] == pytest.approx([1 / 2, 3 / 4])
    # h = o tanh(C): 1/2 x 0.7163 = 0.3581, and 3/4 x 0.4621 = 0.3466.
    assert gates.hidden[0] == pytest.approx([0.3581, 0.3466], abs=5e-5)
    assert gates.hidden[0] == pytest.approx([tanh(0.9) / 2, 3 * tanh(0.5) / 4])


def test_every_gate_equals_a_keras_lstm_cell(hawks: Decoder) -> None:
    import keras

    trace, lstm = traced(hawks, PAST_DECOYS), hawks.lstm.sequence_lstm
    cell = keras.layers.LSTMCell(lstm.units)
    cell.build((1, trace.inputs.shape[1]))
    cell.set_weights([lstm.kernel, lstm.recurrent, lstm.bias])
    weights = [np.asarray(w, np.float64) for w in (cell.kernel, cell.recurrent_kernel, cell.bias)]
    kernel, recurrent, bias = (np.split(w, 4, axis=-1) for w in weights)  # i, f, c, o
    h = c = np.zeros((1, lstm.units), np.float32)
    for t, x in enumerate(trace.inputs):
        sums = [
            x @ w + h[0].astype(np.float64) @ u + b
            for w, u, b in zip(kernel, recurrent, bias, strict=True)
        ]
        i, f, o = (1 / (1 + np.exp(-sums[n])) for n in (0, 1, 3))
        gates = trace.gates
        np.testing.assert_allclose(gates.input[t], i, rtol=0, atol=1e-6)
        np.testing.assert_allclose(gates.forget[t], f, rtol=0, atol=1e-6)
        np.testing.assert_allclose(gates.candidate[t], np.tanh(sums[2]), rtol=0, atol=1e-6)
        np.testing.assert_allclose(gates.output[t], o, rtol=0, atol=1e-6)
        _, (h, c) = cell(x[None], [h, c])
        h, c = np.asarray(h), np.asarray(c)
        np.testing.assert_allclose(gates.hidden[t], h[0], rtol=0, atol=1e-6)
        # A cell counts, to 5 and beyond: there a float32 is good to half a millionth at best.
        np.testing.assert_allclose(gates.cell[t], c[0], rtol=1e-6, atol=1e-6)


def test_the_terms_of_a_trace_give_its_gates(hawks: Decoder) -> None:
    trace = traced(hawks, PAST_DECOYS)
    i, f, new, o = np.split(trace.terms.sum(axis=0), 4, axis=-1)
    for squashed, gate in (
        (sigmoid(i), trace.gates.input), (sigmoid(f), trace.gates.forget),
        (np.tanh(new), trace.gates.candidate), (sigmoid(o), trace.gates.output),
    ):  # fmt: skip
        np.testing.assert_allclose(squashed, gate, rtol=0, atol=2e-6)
    assert trace.inputs.tolist() == [  # is ear, is belt, as the last, as the one before that
        [0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0],
    ]  # fmt: skip


# --- the network's own steps ----------------------------------------------------------------------


@pytest.mark.parametrize(("key", "live"), [(4, 2), (2, 4), (4, 4), (4, 9), (8, 9)])
def test_a_trace_equals_the_networks_own_values(key: int, live: int) -> None:
    weights = random_weights()
    network, sequence = PairModel(weights), [1, 4, 0, 4, 2, -7, 2]
    trace = network.encoder.trace(sequence, key, live)
    read = network.encoder.encode([sequence]).to_grid(0, 12)[key * 12 + live]
    assert np.array_equal(trace.features[-1], read)
    shown = np.concatenate(
        [
            sigmoid(
                trace.gates.hidden[-1] @ weights.arrays[f"{part}/kernel"]
                + weights.arrays[f"{part}/bias"]
            )
            for part in ("sight", "free_sight")
        ]
    )
    np.testing.assert_allclose(shown, read, rtol=0, atol=1e-6)
    for t in range(1, len(sequence)):
        begun = network.encoder.encode([sequence[:t], sequence]).to_grid(0, 12)[key * 12 + live]
        np.testing.assert_allclose(trace.features[t - 1], begun, rtol=0, atol=1e-6)


def test_the_rule_shows_when_its_second_signal_comes(hawks: Decoder, bears: Decoder) -> None:
    shown = traced(hawks, ("chin", "ear", "belt", "cap")).shown
    assert (shown > 0.9).tolist() == [False, False, True, True]
    assert (traced(hawks, PAST_DECOYS).shown < 0.1).all()
    shown = traced(bears, ("cap", "nose", "belt", "chin", "ear")).shown
    assert (shown > 0.9).tolist() == [False, False, False, True, True]


# --- what is carried ------------------------------------------------------------------------------


def test_left_of_writes_by_hand() -> None:
    column = [np.array([[a], [b], [c]], np.float32) for a, b, c in (
        (0.9, 0.5, 0.8),  # forget
        (1.0, 0.5, 0.5),  # input
        (0.5, 0.4, -0.6),  # candidate
    )]  # fmt: skip
    gates = Gates(*column, *[np.zeros((3, 1), np.float32)] * 3)
    # 0.5 is written first, of which 0.5 x 0.8 is kept; then 0.2, kept by 0.8; then -0.3.
    assert left_of_writes(gates, 2)[:, 0] == pytest.approx([0.2, 0.16, -0.3])
    assert left_of_writes(gates, 0)[:, 0] == pytest.approx([0.5])


def test_left_of_writes_sums_to_the_cell_state(hawks: Decoder) -> None:
    gates = traced(hawks, PAST_DECOYS).gates
    for end in range(len(PAST_DECOYS)):
        np.testing.assert_allclose(
            left_of_writes(gates, end).sum(axis=0), gates.cell[end], rtol=0, atol=1e-5
        )


def test_what_the_cell_state_carries_from_the_key_sign(hawks: Decoder) -> None:
    trace = traced(hawks, PAST_DECOYS)
    gates, carried = trace.gates, trace.carried
    assert carried is not None
    assert (carried.start, carried.end, carried.found) == (1, 4, True)
    written = gates.input[1] * gates.candidate[1]
    kept = gates.forget[2] * gates.forget[3] * gates.forget[4]
    np.testing.assert_allclose(carried.written, written, atol=1e-7)
    np.testing.assert_allclose(carried.kept, kept, atol=1e-6)
    left = np.abs(written * kept)
    assert carried.kept_in_all == pytest.approx(left.sum() / np.abs(written).sum(), abs=1e-5)
    all_left = np.abs(left_of_writes(gates, 4)).sum(axis=0)
    np.testing.assert_allclose(carried.share, left / all_left, atol=1e-5)
    assert carried.share_in_all == pytest.approx(left.sum() / all_left.sum(), abs=1e-5)


def test_delta_c_is_the_difference_from_a_decoy(hawks: Decoder) -> None:
    trace = traced(hawks, PAST_DECOYS)
    other = traced(
        hawks, ("chin", "elbow", "nose", "knee", "belt", "cap")
    )  # none of this coach's signals
    np.testing.assert_allclose(trace.delta_c, trace.gates.cell - other.gates.cell, atol=1e-5)
    assert np.abs(trace.delta_c[0]).max() < 1e-6
    assert (np.abs(trace.delta_c[1:5]).max(axis=1) > 0.5).all()
    brought = np.abs(trace.delta_c[3])[trace.units_by_effect()]
    assert (np.diff(brought) <= 0).all()
    assert sorted(trace.units_by_effect()) == list(range(brought.size))


@pytest.mark.parametrize(
    ("signals", "places"),
    [
        ("ear belt", (0, 1, True)),
        ("ear cap belt ear belt", (3, 4, True)),  # right after, as the rule has it
        ("ear nose ear cap belt", (2, 4, True)),  # the nearest
        ("belt ear nose", (1, 2, False)),  # to the end
        ("EAR Belt", (0, 1, True)),
        ("belt cap ear", None),
        ("belt cap", None),
    ],
)
def test_the_carried_state_spans_the_right_signals(
    hawks: Decoder, signals: str, places: tuple[int, int, bool] | None
) -> None:
    carried = traced(hawks, tuple(signals.split())).carried
    assert (carried and (carried.start, carried.end, carried.found)) == places


def test_a_rule_with_a_gap_is_followed_over_its_gap(bears: Decoder) -> None:
    carried = traced(bears, ("nose", "chin", "chin")).carried
    assert carried is not None
    assert (carried.start, carried.end) == (0, 2)


# --- who leads ------------------------------------------------------------------------------------


def test_no_pair_leads_before_the_first_play() -> None:
    decoder = Decoder()
    assert leading_candidate(decoder) is None
    assert trace_gates(decoder, ["cap", "belt"]) is None
    decoder.observe(["cap", "belt"], outcome="none")
    assert leading_candidate(decoder) is None


def test_the_pair_of_the_belief_leads(hawks: Decoder, bears: Decoder) -> None:
    leads = leading_candidate(hawks)
    assert leads is not None
    assert (leads.key, leads.live, leads.parts) == ("ear", "belt", ("key sign", "live signal"))
    assert leads.rule == "belt right after ear = steal"
    assert leads.share > 0.95
    assert leads.feature == 0
    leads = leading_candidate(bears)
    assert leads is not None
    assert (leads.key, leads.live, leads.steps) == ("nose", "chin", 2)


CAP, BELT, EAR = range(3)
FORGIVEN = Rule("next", (BELT,), CAP, wipe_off=THIRD_SIGNAL)


@pytest.mark.parametrize(
    ("rule", "key", "live", "first", "steps", "either"),
    [
        (Rule("next", (BELT,), CAP), "cap", "belt", "key sign", 1, False),
        (
            Rule("next", (BELT,), CAP, wipe_off=THIRD_SIGNAL),
            "cap",
            "belt",
            "key sign",
            1,
            False,
        ),
        (Rule("kth", (EAR,), BELT, step=3), "belt", "ear", "key sign", 3, False),
        (Rule("before", (CAP,), EAR), "cap", "ear", "key sign", 1, False),
        (Rule("both", (BELT,), CAP), "cap", "belt", "key sign", 1, True),
        (Rule("hot", (EAR,)), "ear", "ear", "key sign", 1, False),
        (Rule("count_of", (2,), CAP), "cap", "cap", "key sign", 1, False),
        (Rule("position", (BELT,), step=-1), "belt", "belt", "key sign", 1, False),
        (Rule("hot", (EAR,), wipe_off=CAP), "cap", "ear", "wipe-off", 1, True),
        (Rule("hot", (EAR,), activator=CAP), "cap", "ear", "activator", 1, True),
    ],
)
def test_the_leading_pair_if_one_rule_has_the_whole_vote(
    monkeypatch: pytest.MonkeyPatch,
    rule: Rule, key: str, live: str, first: str, steps: int, either: bool,
) -> None:  # fmt: skip
    leads = leading_candidate(decoder_that_votes(monkeypatch, rule))
    assert leads is not None
    assert (leads.key, leads.live, leads.parts[0]) == (key, live, first)
    assert (leads.steps, leads.either) == (steps, either)
    assert leads.share == pytest.approx(1)
    assert live in leads.rule or rule.family == "count_of"


def test_no_pair_leads_if_the_rule_is_about_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    any_twice = Rule("twice", (NO_SIGNAL,))
    assert leading_candidate(decoder_that_votes(monkeypatch, any_twice)) is None
    of_a_stranger = Rule("next", (3,), CAP)  # a signal that has not come
    assert leading_candidate(decoder_that_votes(monkeypatch, of_a_stranger)) is None
    half = decoder_that_votes(monkeypatch, Rule("next", (BELT,), CAP), 0.49)
    assert leading_candidate(half) is None


def test_a_pair_can_lead_by_a_learned_feature(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = decoder_that_votes(monkeypatch, Rule("next", (BELT,), CAP), 0)
    vote = decoder.lstm.rule_probs()
    vote[EAR, CAP, N_PAIR_RULES + 1], vote[CAP, EAR, 0] = 0.4, 0.2
    leads = leading_candidate(decoder)
    assert leads is not None
    assert (leads.pair, leads.feature, leads.rule, leads.either) == (
        ("ear", "cap"),
        N_PAIR_RULES + 1,
        "",
        True,
    )
    assert leads.share == pytest.approx(0.6)


def decoder_that_votes(monkeypatch: pytest.MonkeyPatch, rule: Rule, share: float = 1) -> Decoder:
    """Return a decoder that knows cap, belt and ear and gives one rule this vote."""
    decoder = Decoder(weights=random_weights(size=replace(SMALL, sight_units=N_PAIR_RULES + 3)))
    decoder.observe_many([Play(("cap", "belt", "ear"), "none")])
    slots = 5
    vote = np.zeros((slots * slots, N_PAIR_RULES + 3), np.float32)
    places = pair_rule_places(rule, slots)
    for place in places:
        vote[place // N_PAIR_RULES, place % N_PAIR_RULES] = share / len(places)
    grid = vote.reshape(slots, slots, -1)
    monkeypatch.setattr(OnlineLSTM, "rule_probs", lambda reader: grid)
    return decoder
