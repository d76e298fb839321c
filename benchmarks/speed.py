"""Measure how long a prediction takes: python benchmarks/speed.py --signals 15 --plays 500

Uses one simulated coach with many signals. Prints medians in milliseconds over the last plays of
the log, and how long it takes to read the whole log. Run it on one core (OMP_NUM_THREADS=1) to
compare.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from signdecoder.core.encoded_log import EncodedLog
from signdecoder.core.play import Play
from signdecoder.core.vocabulary import SlotTable
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.online import OnlineLSTM
from signdecoder.rules.rule import BLANK
from signdecoder.simulation.coach import draw_plays
from signdecoder.simulation.sampling import draw_coach

OUTCOMES = ("none", "steal", "bunt", "hit_and_run", "take")
TIMED = 40  # the last plays of the log
AT_ONCE = 8  # signals of a sequence that is predicted whole


def main() -> None:
    """Print the medians over the last plays of a log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=15)
    parser.add_argument("--plays", type=int, default=500)
    arguments = parser.parse_args()
    log = draw_log(arguments.signals, arguments.plays)
    decoder = Decoder()
    begin = time.perf_counter()
    decoder.observe_many(log[:-TIMED])
    took = time.perf_counter() - begin
    lstm_log = EncodedLog(decoder.play)
    lstm_log.append(log[:-TIMED])
    lstm = OnlineLSTM(lstm_log, SlotTable(), decoder.weights)
    lstm.update()
    times: dict[str, list[float]] = {}

    def clock(what: str, run: Callable[..., object], *given: object, **options: bool) -> None:
        begin = time.perf_counter()
        run(*given, **options)
        times.setdefault(what, []).append(1000 * (time.perf_counter() - begin))

    for play in log[-TIMED:]:
        for n in range(1, len(play.signals) + 1):
            numbers = lstm_log.vocabulary.encode_many([play.signals[:n]])
            clock("next signal, LSTM", lstm.predict, numbers, complete=False)
            names = [play.signals[:n]]
            clock("next signal, mixture", decoder.opinions, names, complete=False)
        whole = [(play.signals * AT_ONCE)[:AT_ONCE]]
        clock(f"{AT_ONCE} signals at once, mixture", decoder.opinions, whole)
        lstm_log.append([play])
        clock("observe a play, LSTM", lstm.update)
        clock("observe a play, both", decoder.observe_many, [play])
    print(f"{arguments.signals} signals, {arguments.plays} plays of a simulated coach")
    for what, took_each in times.items():
        late = np.quantile(took_each, 0.95)
        print(f"{what:<29} median {median(took_each):6.2f} ms, 95% within {late:6.2f}")
    print(f"{f'{len(log) - TIMED} plays read again':<29} {took:6.2f} s")


def draw_log(signals: int, plays: int) -> list[Play]:
    """Draw a simulated coach's log."""
    rng = np.random.default_rng(15)
    coach = draw_coach(rng, signals, 12, rate=0.3, other_rate=0.15, family="next")
    drawn = draw_plays(coach, plays, rng)
    return [
        Play(tuple(f"signal {s}" for s in row if s != BLANK), OUTCOMES[int(done)])
        for row, done in zip(drawn.signals, drawn.done, strict=True)
    ]


if __name__ == "__main__":
    main()
