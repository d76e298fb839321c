"""The LSTM reads a log once for each kind of context, and follows the best reading."""

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signdecoder.core.contexts import CONTEXT_KINDS, NO_CONTEXT
from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import SlotTable
from signdecoder.lstm.context_reading import ContextReading
from signdecoder.lstm.context_readings import ContextReadings
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.lstm.weights import SHIPPED, read_weights

WEIGHTS = read_weights(Path(SHIPPED))
SIGNALS = ("cap", "ear", "belt", "chin", "wrist", "knee")
KEYS = ("cap", "ear", "wrist")  # with none out, one out, two out
OUTS = next(n for n, kind in enumerate(CONTEXT_KINDS) if kind.name == "outs")
ASKED = ("chin", "ear", "belt", "knee")  # calls with one out


def at_outs(outs: int) -> tuple[int, ...]:
    return tuple(outs if n == OUTS else value for n, value in enumerate(NO_CONTEXT))


def draw_log(plays: int, seed: int, *, keys: tuple[str, ...] = KEYS) -> list[Play]:
    """Plays of "belt right after the key counts", one key for each number of outs."""
    rng, log = np.random.default_rng(seed), []
    for n in range(plays):
        outs = int(rng.integers(3))
        given = list(rng.choice(SIGNALS, 6))
        if n % 2:
            at = int(rng.integers(5))
            given[at : at + 2] = [
                keys[outs % len(keys)] if n % 4 == 1 else rng.choice(keys),
                "belt",
            ]
        called = (keys[outs % len(keys)], "belt") in pairwise(given)
        log.append(Play(tuple(given), "steal" if called else "none", context={"outs": str(outs)}))
    return log


def without_context(plays: list[Play]) -> list[Play]:
    return [Play(play.signals, play.outcome) for play in plays]


def new_expert() -> OnlineLSTM:
    return OnlineLSTM(EncodedLog("steal"), SlotTable(), WEIGHTS)


def learn(expert: OnlineLSTM, plays: list[Play]) -> list[float]:
    expert.log.append(plays)
    return expert.update()


def ask(expert: OnlineLSTM, *contexts: tuple[int, ...]) -> list[float]:
    ids = expert.log.vocabulary.encode_many([ASKED] * len(contexts))
    return expert.predict(ids, complete=True, contexts=contexts)


def reading_of(expert: OnlineLSTM, kind: int = OUTS) -> ContextReading:
    return expert._readings.by_kind[kind]


@pytest.fixture(scope="module")
def by_outs() -> OnlineLSTM:
    """An expert that has read a coach with one key for each number of outs."""
    expert = new_expert()
    learn(expert, draw_log(70, seed=1))
    return expert


def test_the_same_sequence_is_predicted_by_its_context(by_outs: OnlineLSTM) -> None:
    none_out, one_out, two_out = ask(by_outs, *map(at_outs, range(3)))
    assert one_out > 0.9
    assert max(none_out, two_out) < 0.1


def test_a_context_that_is_not_noted_counts_as_its_values_are_common(by_outs: OnlineLSTM) -> None:
    *each, unknown = ask(by_outs, *map(at_outs, range(3)), NO_CONTEXT)
    p_values = reading_of(by_outs).p_values
    assert unknown == pytest.approx(sum(p_values[n] * p for n, p in enumerate(each)), abs=1e-3)
    ids = by_outs.log.vocabulary.encode_many([ASKED])
    assert by_outs.predict(ids, complete=True) == [pytest.approx(unknown)]


def test_the_key_signs_are_those_of_all_values(by_outs: OnlineLSTM) -> None:
    probs = by_outs.key_sign_probs()
    assert sorted(probs, key=probs.__getitem__)[-3:] == sorted(KEYS, key=probs.__getitem__)
    assert min(probs[key] for key in KEYS) > 0.15
    assert by_outs.rule_probs().sum() == pytest.approx(1, abs=0.05)


def test_a_log_without_contexts_has_the_plain_reading_alone() -> None:
    plays, expert = without_context(draw_log(12, seed=2)), new_expert()
    predictions = learn(expert, plays)
    plain = ContextReadings.begin(expert._model, 0, len(expert.slots)).plain
    for place, play in enumerate(expert.log.plays):
        (features,) = expert._encode([play.signal_ids])
        plain, p = plain.observe(place, features, play.evidence, play.new_game)
        assert p == predictions[place]
    assert not expert._readings.by_kind
    asked = expert._encode(expert.log.vocabulary.encode_many([ASKED] * 2))
    assert ask(expert, NO_CONTEXT, at_outs(1)) == plain.predict(asked, complete=True).tolist()


def test_a_play_was_predicted_as_a_question_in_its_context_is() -> None:
    expert = new_expert()
    learn(expert, draw_log(40, seed=1))
    for play in draw_log(6, seed=3) + without_context(draw_log(6, seed=4)):
        expert.log.append([play])
        ids, context = expert.log.plays[-1].signal_ids, expert.log.plays[-1].context
        before = expert.predict([ids], complete=True, contexts=[context])
        assert expert.update() == pytest.approx(before, abs=1e-9)


def test_signs_that_depend_on_no_context_are_read_as_without_it() -> None:
    plays, expert, plain = draw_log(40, seed=1, keys=("cap",)), new_expert(), new_expert()
    with_context, without = learn(expert, plays), learn(plain, without_context(plays))
    assert with_context[20:] == without[20:]
    called = np.array([play.outcome == "steal" for play in plays])
    losses = [-np.log(np.where(called, p, 1 - np.array(p))).mean() for p in (with_context, without)]
    assert losses[0] < losses[1] + 0.01


def test_a_reading_with_one_value_is_the_plain_one() -> None:
    plays, expert = [p for p in draw_log(20, seed=1) if p.context["outs"] == "1"], new_expert()
    learn(expert, plays)
    reading = reading_of(expert)
    assert reading.filters[1] is expert._readings.plain
    assert (reading.log_odds, reading.n_called) == (0, 0)
    learn(expert, [Play(ASKED, "none", context={"outs": "2"})])
    assert reading_of(expert).filters[1] is not expert._readings.plain
    assert reading_of(expert).n_plays == (0, len(plays), 1)


def test_a_context_noted_later_begins_then(by_outs: OnlineLSTM) -> None:
    expert, plays = new_expert(), draw_log(12, seed=1)
    learn(expert, without_context(plays[:6]))
    learn(expert, plays[6:])
    reading = reading_of(expert)
    assert sum(reading.n_plays) == 6
    assert min(each.start for each in reading.filters.values()) >= 6


def test_only_the_best_reading_outlasts_the_trial() -> None:
    rng, expert = np.random.default_rng(0), new_expert()
    plays = [
        Play(
            play.signals, play.outcome, context={**play.context, "inning": str(1 + rng.integers(9))}
        )
        for play in draw_log(60, seed=1)
    ]
    learn(expert, plays)
    kept = [kind for kind, each in expert._readings.by_kind.items() if each.filters]
    assert (kept, len(expert._readings.by_kind)) == ([OUTS], 3)


def test_a_hopeless_reading_is_given_up_for_good() -> None:
    expert, plays = new_expert(), draw_log(8, seed=1)
    learn(expert, plays[:6])
    hopeless = replace(reading_of(expert), log_odds=-5.0)
    expert._readings = replace(expert._readings, by_kind={OUTS: hopeless})
    for play in plays[6:]:
        learn(expert, [play])
        assert (reading_of(expert).filters, reading_of(expert).log_odds) == ({}, 0)
    assert sum(reading_of(expert).n_plays) == 8
    assert OnlineLSTM.resume(expert.log, WEIGHTS, expert.snapshot()).snapshot() == expert.snapshot()


def test_a_marked_change_begins_all_readings_again() -> None:
    expert = new_expert()
    learn(expert, draw_log(30, seed=1, keys=("cap",)))
    expert.log.mark_change()
    expert.restart()
    assert not expert._readings.by_kind
    learn(expert, draw_log(3, seed=2))
    assert sum(reading_of(expert).n_plays) == 3
    assert OnlineLSTM.resume(expert.log, WEIGHTS, expert.snapshot()).snapshot() == expert.snapshot()


def test_signals_never_seen_are_predicted_in_a_context(by_outs: OnlineLSTM) -> None:
    ids = by_outs.log.vocabulary.encode_many([(*ASKED, "hip"), ("hip", "cap", "belt", "shin")])
    p = by_outs.predict(ids * 2, complete=True, contexts=[at_outs(1)] * 2 + [at_outs(0)] * 2)
    assert min(p[0], p[3]) > 0.7 > 0.3 > max(p[1], p[2])


# --- saving ---------------------------------------------------------------------------------------


def test_a_snapshot_restores_all_readings() -> None:
    expert, plays = new_expert(), draw_log(34, seed=1)
    learn(expert, plays[:20])
    resumed = OnlineLSTM.resume(expert.log, WEIGHTS, expert.snapshot())
    assert resumed.snapshot() == expert.snapshot()
    assert reading_of(resumed).n_called == reading_of(expert).n_called > 0
    asked = [NO_CONTEXT, *map(at_outs, range(3))]
    assert ask(resumed, *asked) == ask(expert, *asked)
    expert.log.append(plays[20:])  # a log that they share
    assert resumed.update() == expert.update()
    assert ask(resumed, *asked) == ask(expert, *asked)


Arrays = dict[str, Any]


def _fill(name: str, value: float) -> Callable[[Arrays], None]:
    return lambda arrays: arrays[name].fill(value)


def _set(kind: int, value: int, filter_number: float) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays["filters"][kind, value] = filter_number

    return change


FORGED: dict[str, Callable[[Arrays], object]] = {
    "no readings": lambda arrays: (arrays.pop("filters"), arrays.pop("odds")),
    "a filter that does not exist": _set(OUTS, 1, 9),
    "a filter below 0": _set(OUTS, 1, -2),
    "half a filter": _set(OUTS, 1, 0.5),
    "no filter for a value": _set(OUTS, 1, -1),
    "a filter nobody uses": _fill("filters", -1),
    "one filter for all values": _fill("filters", 1),
    "the plain reading for a value": _set(OUTS, 0, 0),
    "a context that was not noted": _set(0, 0, 1),
    "odds that are not numbers": _fill("odds", np.nan),
    "odds that plays cannot give": _fill("odds", 1e6),
    "a segment after the log": _fill("since", 99),
    "weights above 1": _fill("shares", 3),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_snapshot_is_refused(what: str) -> None:
    expert = new_expert()
    learn(expert, draw_log(8, seed=1))
    snapshot = expert.snapshot()
    begin = 1 + snapshot[0]
    assert snapshot[0] == 4
    with np.load(io.BytesIO(snapshot[begin:])) as kept:
        arrays = {name: kept[name] for name in kept}
    FORGED[what](arrays)
    forged = snapshot[:begin] + pack_arrays(arrays, level=0)
    with pytest.raises(SigndecoderError, match="the saved belief: not used"):
        OnlineLSTM.resume(expert.log, WEIGHTS, forged)
