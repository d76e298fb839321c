"""Random work on the log of one coach, and everything that is believed of the coach by then."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import signdecoder.core.vocabulary
import signdecoder.decoder.ensemble
import signdecoder.decoder.reslotting
import signdecoder.lstm.online
import signdecoder.lstm.serialization
from signdecoder.core.attributes import parse_attributes
from signdecoder.core.errors import SigndecoderError
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.decoder.decoder import Decoder
from signdecoder.logs.play_log import PlayLog
from signdecoder.lstm.weights import Weights
from signdecoder.session.belief_tracker import ATTRIBUTE, BACKFILL, READ_CARD, REPLAY, BeliefTracker
from signdecoder.session.worker import PriorityWorker
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import load_settings, open_decoder, read_decoder

COACH = "Hawks"
TOLERANCE = 1e-5
SIGNALS = ("cap", "belt", "left ear", "right ear", "Nose", "A", "a", "chin", "arm", "left leg",
           "hat", "wrist")  # fmt: skip
OUTCOMES = ("none", "none", "bunt", "not_steal", "unknown", "delayed_steal")
QUERIES = ["cap belt", "belt cap left ear", "Nose nobody saw cap", "? belt", "cap … a", "A a A"]
_LAST = 8  # plays that are logged and asked about one by one at the end
_KINDS = (REPLAY, ATTRIBUTE, READ_CARD, BACKFILL)


@contextmanager
def few_slots(number: int) -> Iterator[None]:
    """Let the decoder weigh few signals, so that it is fast and signals often change slots."""
    modules = (
        signdecoder.core.vocabulary, signdecoder.decoder.ensemble, signdecoder.decoder.reslotting,
        signdecoder.lstm.online, signdecoder.lstm.serialization,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            patch.setattr(module, "MAX_SLOTS", number)
        yield


def answers(decoder: Decoder) -> dict[str, Any]:
    """Return everything that a decoder says of its coach, by name."""
    opinions = decoder.predict_many(QUERIES)
    said: dict[str, Any] = {
        f"{name} {query}": getattr(opinion, name)
        for query, opinion in zip(QUERIES, opinions, strict=True)
        for name in ("probability", "lstm", "rules")
    }
    for query, opinion in zip(QUERIES, opinions, strict=True):
        said |= {f"chance of {play} {query}": p for play, p in opinion.chances.items()}
    said |= {f"key sign {key.sign}": key.probability for key in decoder.key_signs()}
    said |= {f"rule {n}": rule.probability for n, rule in enumerate(decoder.rules())}
    said |= {f"card {line.play}": line.probability for line in decoder.card()}
    said |= {f"change {change.play}": 1.0 for change in decoder.change_points()}
    said["no rule"] = decoder.no_rule_probability() or 0.0
    said["unknown rule"] = decoder.unknown_rule_probability()
    said["expected accuracy"] = decoder.expected_accuracy() or 0.0
    said |= {f"play {n}": row for n, row in enumerate(decoder.prequential)}
    return said


def find_differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """List what two decoders say that is not the same."""
    if ours.keys() != theirs.keys():
        return [f"only one says: {name}" for name in ours.keys() ^ theirs.keys()]
    return [
        f"{name}: {ours[name]} and {theirs[name]}"
        for name in ours
        if np.abs(np.subtract(ours[name], theirs[name])).max() > TOLERANCE
    ]


class LogUser:
    """Work at random on the log of one coach, with a screen open and with commands.

    The choices depend on ``seed`` alone.
    """

    def __init__(self, path: Path, weights: Weights, seed: int, most_plays: int = 40) -> None:
        self._path, self._weights, self._most = path, weights, most_plays
        self.rng = Random(seed)
        self.store = Store.open(path)
        self._n_new, self._game = 0, 0
        self._signals = SIGNALS[: self.rng.choice([4, 7, len(SIGNALS)])]
        self._has_missed = self.rng.random() < 0.3
        self.worker = PriorityWorker(_KINDS, lambda work: work())
        self.tracker = BeliefTracker(self._read, self.worker, lambda event: None)
        self.done: list[str] = []

    def _open(self, coach: str) -> Decoder:
        return open_decoder(self.store, coach, weights=self._weights)

    def _read(self, coach: str) -> Iterator[Decoder]:
        return read_decoder(self.store, coach, weights=self._weights)

    # --- work -------------------------------------------------------------------------------------

    def work(self) -> None:
        """Do one thing with the log. What the store refuses is left undone."""
        works: dict[Callable[[], object], int] = {
            self.log: 8, self.import_plays: 3, self.edit: 3, self.delete: 2, self.store.undo: 3,
            self.store.redo: 2, self.rename_signal: 1, self.rename_game: 1, self.mark_change: 1,
            self.save_settings: 1, self.reopen: 2, self.query: 5, self.watch: 4,
        }  # fmt: skip
        (work,) = self.rng.choices(list(works), list(works.values()))
        self.done.append(getattr(work, "__name__", "work"))
        try:
            work()
        except SigndecoderError as error:
            self.done[-1] += f" (refused: {error.message})"

    def draw_play(self) -> Play:
        """Draw a play; `cap belt` calls the steal, and the other signals change with time."""
        rng = self.rng
        self._n_new += 1
        begin = self._n_new // 4 % len(self._signals)
        known = (*self._signals[begin:], *self._signals[:begin])[:4]
        signals = [rng.choice(known) for _ in range(rng.randint(1, 5))]
        if is_called := rng.random() < 0.4:
            at = rng.randint(0, len(signals))
            signals[at:at] = ["cap", "belt"]
        if self._has_missed and rng.random() < 0.2:
            signals[rng.randrange(len(signals))] = rng.choice("?…")
        self._game += rng.random() < 0.1
        outcome = "steal" if is_called else rng.choice(OUTCOMES)
        cells = {"outs": str(rng.randint(0, 2))} if rng.random() < 0.3 else {}
        return Play(tuple(signals), outcome, COACH, f"game {self._game}", context=cells)

    def log(self) -> None:
        """Log a play, and ask about it more often than not."""
        if len(self.store.plays(COACH)) < self._most:
            self.store.add(self.draw_play())
        if self.rng.random() < 0.6:
            self.query()

    def import_plays(self) -> None:
        """Import a few plays at once."""
        count = min(self.rng.randint(2, 12), self._most - len(self.store.plays(COACH)))
        plays = tuple(self.draw_play() for _ in range(count))
        self.store.add_logs([PlayLog("log.csv", plays, tuple(range(2, 2 + count)))])

    def edit(self) -> None:
        """Give a play other signals, or another outcome."""
        play, other = self._pick(), self.draw_play()
        if self.rng.random() < 0.5:
            other = replace(play, outcome=other.outcome)
        self.store.edit(play.id or 0, replace(play, signals=other.signals, outcome=other.outcome))

    def delete(self) -> None:
        """Delete a play."""
        self.store.delete("play", self._pick().id or 0)

    def rename_signal(self) -> None:
        """Rename a signal, to a new name or onto another signal."""
        old, new = self.rng.choice(SIGNALS), self.rng.choice([*SIGNALS, "shoe", "left arm"])
        self.store.rename("signal", old, new, COACH)

    def rename_game(self) -> None:
        """Rename a game, or merge two."""
        old, new = self.rng.randint(0, 3), self.rng.randint(0, 5)
        self.store.rename("game", f"game {old}", f"game {new}", COACH)

    def mark_change(self) -> None:
        """Say that the signs have changed."""
        self.store.add_change_point(COACH)

    def save_settings(self) -> None:
        """Say what signals have in common, or which steals have signs of their own."""
        if self.rng.random() < 0.5:
            self.store.save_attributes(COACH, parse_attributes({"cap": "head", "hat": ["head"]}))
        else:
            self.store.save_same_plays(COACH, parse_same_plays(separate="delayed_steal"))

    def reopen(self) -> None:
        """Close the store and the screen, and open both again."""
        self.store.close()
        self.store = Store.open(self._path)
        self.tracker.reset()

    def query(self) -> None:
        """Ask with a command: it opens the decoder, and saves its belief."""
        decoder = self._open(COACH)
        decoder.predict_many(QUERIES)
        decoder.card()

    def watch(self) -> None:
        """Bring the screen up to date; sometimes the next thing comes before that is done."""
        plays, changes = self.store.plays_and_change_points(COACH)
        self.tracker.update(COACH, tuple(plays), changes, load_settings(self.store, COACH))
        for kind in _KINDS:
            if self.rng.random() < 0.7:
                self.worker.finish(kind)

    def _pick(self) -> Play:
        plays = self.store.plays(COACH)
        if not plays:
            raise SigndecoderError("the log is empty", "log a play")
        return self.rng.choice(plays)

    # --- what is believed -------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """List where the screen or a command disagrees with a decoder that is new to the log."""
        plays, changes = self.store.plays_and_change_points(COACH)
        settings = load_settings(self.store, COACH)
        fresh = Decoder(
            weights=self._weights,
            attributes=settings.attributes,
            separate=settings.same_plays.separate,
            same=settings.same_plays.same,
            case_matters=settings.case_matters,
        )
        fresh.catch_up(plays, changes)
        expected = answers(fresh)
        self.tracker.update(COACH, tuple(plays), changes, settings)
        list(map(self.worker.finish, _KINDS))
        assert self.tracker.decoder is not None
        found = find_differences(answers(self._open(COACH)), expected)
        return found + find_differences(answers(self.tracker.decoder), expected)


def run(path: Path, weights: Weights, seed: int, steps: int, slots: int) -> list[str]:
    """Work on a new log, and list where a belief is not that of the log."""
    with few_slots(slots):
        user = LogUser(path, weights, seed)
        for _ in range(steps):
            user.work()
        for _ in range(_LAST):  # without edits, after which everything is read again
            user.store.add(user.draw_play())
            user.query()
        found = user.differences()
        user.store.close()
    return [*found, f"after {', '.join(user.done)}"] if found else []
