"""Robustness: wrong labels, repeated games, noise, many signals, long sequences."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from signdecoder.analysis.permutation import permutation_test
from signdecoder.benchmark.cases import draw_case
from signdecoder.benchmark.scenarios import SCENARIOS
from signdecoder.core.duplicates import RepeatedGame, find_repeats
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import NONE, STEAL
from signdecoder.core.play import Play
from signdecoder.core.sequences import MAX_SIGNALS
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.prediction import NOT_ENOUGH
from signdecoder.logs.play_log import load_log
from signdecoder.lstm.cell import LSTM, Floats, Gates, State
from signdecoder.lstm.sequence_encoder import UNSEEN, SequenceEncoder
from signdecoder.lstm.weights import SHIPPED, read_weights
from signdecoder.reports.coach_report import make_report
from signdecoder.reports.coach_text import format_reports
from signdecoder.store.store import Store
from tests.support.paths import DEMO_GAME

GAME = load_log(DEMO_GAME).plays  # 40 plays: belt right after ear calls a steal
CASES = [
    (["cap", "ear", "belt", "nose"], STEAL),
    (["chin", "ear", "belt"], STEAL),
    (["cap", "belt", "ear", "nose"], "hold"),
    (["ear", "chin", "belt", "cap"], "hold"),
]
FIRST_STEAL = next(n for n, play in enumerate(GAME) if play.outcome == STEAL)
FIRST_NONE = next(n for n, play in enumerate(GAME) if play.outcome == NONE)


def learn(log: list[Play]) -> Decoder:
    decoder = Decoder()
    decoder.observe_many(log)
    return decoder


@pytest.mark.parametrize("wrong", [(FIRST_STEAL,), (FIRST_NONE,), (FIRST_STEAL, FIRST_NONE)])
@pytest.mark.slow
def test_predictions_survive_one_wrong_label_or_two_swapped_ones(wrong: tuple[int, ...]) -> None:
    other = {STEAL: NONE, NONE: STEAL}
    log = [
        replace(play, outcome=other[play.outcome]) if n in wrong else play
        for n, play in enumerate(GAME)
    ]
    decoder = learn(log)
    predictions = decoder.predict_many([signals for signals, _ in CASES])
    assert [prediction.verdict for prediction in predictions] == [verdict for _, verdict in CASES]
    # Each expert is less confident than before, though the better one may now weigh more.
    clean = learn(list(GAME)).predict(CASES[0][0])
    assert predictions[0].lstm < clean.lstm
    assert predictions[0].rules < clean.rules


def test_a_repeated_game_is_noted_and_counts_once_in_the_permutation_test() -> None:
    again = [replace(play, game="Game 2") for play in GAME[:30]]
    twice = [*GAME, *again]
    assert find_repeats(twice) == [RepeatedGame("Game 2", "Game 1", begin=40, plays=30)]
    assert permutation_test(twice, STEAL, shuffles=99) == permutation_test(GAME, STEAL, shuffles=99)
    words = format_reports([make_report("Hawks", learn(twice), twice)])
    assert "note      Game 2 repeats Game 1 (30 plays): delete one if they are the same" in words
    # Another outcome, or fewer plays than say anything, and it is a game of its own.
    other = replace(again[9], outcome=STEAL)
    assert again[9].outcome == NONE
    assert find_repeats([*GAME, *again[:9], other, *again[10:]]) == []
    assert find_repeats([*GAME, *again[:7]]) == []
    assert len(find_repeats([*GAME, *again[:8]])) == 1


@pytest.mark.slow
def test_the_report_finds_no_rule_in_noise() -> None:
    # Simulated: the usual habits and decoys, and steals at random, in 3 of 10 plays.
    scenario = replace(SCENARIOS["null"], plays=220, rate=(0.3, 0.3), seeds="tuning")
    log = draw_case(scenario, 3).log
    decoder = learn(list(log[:200]))
    report = make_report("Noise", decoder, log[:200])
    nothing = report.summary.no_rule_probability
    assert nothing is not None
    assert nothing > 0.5
    assert (report.summary.has_rule, report.summary.cracked) == (False, False)
    assert report.chance is not None
    assert not report.chance.is_unlikely
    assert "no rule found: these signs may be meaningless" in format_reports([report])
    rate = report.summary.n_called / report.summary.n_plays
    for prediction in decoder.predict_many([play.signals for play in log[200:]]):
        assert prediction.verdict == NOT_ENOUGH
        assert prediction.probability == pytest.approx(rate, abs=0.15)


@pytest.mark.slow
def test_39_signals_and_64_per_sequence_work_and_a_41st_signal_is_refused(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(39)
    names = [f"s{n}" for n in range(39)]
    log = []
    for n in range(20):
        # s0 then s1 calls; every other play holds both the other way round.
        signals = [names[s] for s in rng.integers(2, 39, MAX_SIGNALS)]
        place = int(rng.integers(MAX_SIGNALS - 1))
        signals[place : place + 2] = ["s0", "s1"] if n % 2 else ["s1", "s0"]
        log.append(Play(tuple(signals), STEAL if n % 2 else NONE, coach="Long"))
    decoder = learn(log)
    assert len(decoder.signals) == 39
    assert decoder.predict([*["s7"] * 62, "s0", "s1"]).verdict == STEAL
    assert decoder.predict([*["s7"] * 62, "s1", "s0"]).verdict == "hold"
    with Store.open(tmp_path / "store.db") as store:
        for play in log:
            store.add(play)
        store.add(Play(("forty",), NONE, coach="Long"))
        with pytest.raises(
            SigndecoderError, match=r"too many different signals .* \(41, limit 40\)"
        ):
            store.add(Play(("s7", "one more"), NONE, coach="Long"))
        assert len(store.plays()) == 21


def test_a_signal_without_a_slot_has_no_rows_but_counts_as_a_decoy() -> None:
    # The same play with slots for all four, and for two: of those two it shows the same.
    network = SequenceEncoder(read_weights(SHIPPED))
    full, fewer = network.encode([[0, 2, 2, 1, 3, 0]]), network.encode([[0, -9, -9, 1, -4, 0]])
    assert (full.slots, fewer.slots) == (5, 3)  # d + 1
    grid = full.to_grid(0, 4 + UNSEEN).reshape(4 + UNSEEN, 4 + UNSEEN, -1)
    np.testing.assert_allclose(
        fewer.to_grid(0, 2 + UNSEEN).reshape(2 + UNSEEN, 2 + UNSEEN, -1)[:3, :3],
        grid[np.ix_([0, 1, 4], [0, 1, 4])],
        atol=1e-6,
    )


@pytest.mark.slow
def test_sequences_of_all_lengths_are_encoded_together_as_each_alone() -> None:
    rng = np.random.default_rng(4)
    decoder = learn(list(GAME))
    lengths = (1, 2, 3, 5, 9, 17, 40, 64)
    asked = [tuple(map(int, rng.integers(6, size=length))) for length in lengths]
    together = decoder.lstm.predict(asked, complete=True)
    fresh = Decoder(weights=decoder.weights)
    fresh.observe_many(GAME)
    alone = [fresh.lstm.predict([sequence], complete=True)[0] for sequence in reversed(asked)]
    assert together == pytest.approx(alone[::-1], abs=1e-6)


def test_a_sequence_encoded_signal_by_signal_equals_the_whole() -> None:
    weights = read_weights(SHIPPED)
    going, rng = SequenceEncoder(weights), np.random.default_rng(8)
    for length in (1, 6, 20):
        # Signals repeat, some have no slot, and each sequence starts from the beginning.
        sequence = [int(s) for s in rng.integers(-3, 6, size=length)]
        for n in range(1, length + 1):
            read, whole = (
                going.encode([sequence[:n]]),
                SequenceEncoder(weights).encode([sequence[:n]]),
            )
            assert (read.signals, read.slots) == (whole.signals, whole.slots)
            np.testing.assert_allclose(read.features, whole.features, atol=1e-6)
        # Drop the last signal and continue with another.
        other = [*sequence[:-1], 9]
        whole = SequenceEncoder(weights).encode([other])
        np.testing.assert_allclose(going.encode([other]).features, whole.features, atol=1e-6)


def test_the_next_signal_takes_one_step_of_the_sequence_lstm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = SequenceEncoder(read_weights(SHIPPED))
    steps = []
    gates = LSTM.gates

    def watch(lstm: LSTM, x: Floats, state: State) -> Gates:
        steps.append(len(x))
        return gates(lstm, x, state)

    monkeypatch.setattr(LSTM, "gates", watch)
    for n in range(1, 6):
        reader.encode([[0, 1, 2, 3, 1][:n]])
    assert len(steps) == 5
