"""Measure whole sign cards: python benchmarks/sign_card.py --coaches 60

Simulated coaches have four plays on one key sign: steal, bunt, hit-and-run and squeeze, in 20, 8,
6 and 2% of their plays. There is no noise. After 20, 40 and 60 plays the sign card is read and
fresh sequences are asked about, as many for each play that was seen, and for none. A card is right
if it has the live signals of every play that was seen at least twice, and no wrong one.

Three readers: the decoder; exact Bayes over the same cards for coaches who make no mistakes (the
ideal); and, with --singles, a decoder for each play, with the likeliest of their answers.

With --longer, one call begins another: belt right after cap is a steal; belt, then wrist, a
hit-and-run. The card must have both. With --bunts, coaches call 18 steals in 60 plays, and 1, 3 or
5 bunts, and half of the questions are bunts.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from robust_answers import points, print_table

from signdecoder.bayes.card_outcomes import CardPrior
from signdecoder.core.outcomes import NONE
from signdecoder.core.play import Play
from signdecoder.decoder.decoder import Decoder
from signdecoder.decoder.sign_card import CardLine, CardReader, card_lines
from signdecoder.rules.rule import Rule
from signdecoder.simulation.coach import Coach, Noise, SimulatedPlays, draw_plays
from signdecoder.simulation.named_log import SIGNALS, name_plays
from signdecoder.simulation.sampling import draw_coach
from signdecoder.simulation.seasons import start_games

PLAYS = ("steal", "bunt", "hit_and_run", "squeeze")
RATES = {"steal": 0.20, "bunt": 0.08, "hit_and_run": 0.06, "squeeze": 0.02}
LONGER_PLAYS = ("steal", "hit_and_run", "bunt", "squeeze")  # the second begins with the first
ASKED_AFTER = (20, 40, 60)
BUNTS, STEALS = (1, 3, 5), 18
EACH = 20  # questions about each play
DRAWN = 4000  # plays that the questions are taken from
VOCABULARY = (7, 12)
IDEAL = CardPrior(
    missed=(5e-4,), own=(5e-4,), p_noise=(1.0,), more=1e-9, longer=1e-9, unsigned=1e-6
)


@dataclass(slots=True)
class Score:
    """Answers about one coach: what was likeliest, how likely, and whether it was right."""

    card: bool
    p: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)


def main() -> None:
    """Print a row for each reader and number of plays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coaches", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--singles", action="store_true", help="also a decoder for each play")
    parser.add_argument("--longer", action="store_true", help="one call begins another")
    parser.add_argument("--bunts", action="store_true", help="few bunts among many steals")
    arguments = parser.parse_args()
    numbers = range(arguments.coaches)
    print(f"{arguments.coaches} simulated coaches, seed {arguments.seed}", flush=True)
    scores: dict[tuple[str, int], list[Score]] = {}
    for number in numbers:
        if arguments.bunts:
            check = check_bunts(arguments.seed, number)
        else:
            check = check_coach(arguments.seed, number, arguments.singles, arguments.longer)
        for key, score in check.items():
            scores.setdefault(key, []).append(score)
    print_table(("reader", "plays", "card right", "answers right", "promised", "off"), rows(scores))


def rows(scores: dict[tuple[str, int], list[Score]]) -> list[tuple[str, ...]]:
    """Return a row for each reader and number of plays."""
    table: list[tuple[str, ...]] = []
    for (reader, plays), each in scores.items():
        p = np.concatenate([score.p for score in each])
        right = np.concatenate([score.right for score in each])
        by_coach = float(np.mean([np.mean(score.right) for score in each]))
        cards = float(np.mean([score.card for score in each]))
        table.append(
            (reader, str(plays), points(cards), points(by_coach), points(float(p.mean())),
             points(calibration_error(p, right)))
        )  # fmt: skip
    return table


def calibration_error(p: np.ndarray, right: np.ndarray) -> float:
    """Return the mean distance between what was promised and what came true, over ten bins."""
    bins = np.minimum((p * 10).astype(int), 9)
    parts = [(bins == n).mean() * abs((p - right)[bins == n].mean()) for n in np.unique(bins)]
    return float(np.sum(parts))


def draw_card(seed: int, number: int, longer: bool = False) -> tuple[Coach, np.random.Generator]:
    """Draw a coach with four plays."""
    rates = tuple(RATES[play] for play in (LONGER_PLAYS if longer else PLAYS))
    family = "unless" if longer else None
    rng = np.random.default_rng((seed, number))
    while True:
        vocabulary = int(rng.integers(VOCABULARY[0], VOCABULARY[1] + 1))
        coach = draw_coach(
            rng, vocabulary, 10, rate=rates[0], other_rate=sum(rates[1:]), hides=True, family=family
        )
        if len(coach.rule.calls) == len(PLAYS):
            coach = replace(coach, rates=rates, noise=Noise())
            called = draw_plays(coach, 1000, rng).called
            if np.bincount(called, minlength=5).min() >= 5:
                return coach, rng


def check_coach(
    seed: int, number: int, singles: bool, longer: bool
) -> dict[tuple[str, int], Score]:
    """Read the log of one coach, and check the card and the answers on the way."""
    coach, rng = draw_card(seed, number, longer)
    drawn = draw_plays(coach, ASKED_AFTER[-1], rng)
    plays = LONGER_PLAYS if longer else PLAYS
    log, pool = _named(drawn, plays), draw_plays(coach, DRAWN, rng)
    ideal_prior = replace(IDEAL, longer=1.0) if longer else IDEAL
    decoder = Decoder()
    each = {play: Decoder(play=play) for play in PLAYS} if singles else {}
    scores, seen = {}, 0
    for after in ASKED_AFTER:
        for one in (decoder, *each.values()):
            one.observe_many(log[seen:after])
        seen = after
        met = [n for n in range(1, 5) if (drawn.done[:after] == n).any()]
        questions, truth = _balanced(pool, [0, *met], plays)
        scores["decoder", after] = _ask(decoder, coach.rule, questions, truth)
        if ideal := _ask_ideal(decoder, coach.rule, questions, truth, ideal_prior):
            scores["ideal", after] = ideal
        if singles:
            scores["one each", after] = _ask_each(each, questions, truth)
    return scores


def check_bunts(seed: int, number: int) -> dict[tuple[str, int], Score]:
    """Let a coach call 18 steals and few bunts in 60 plays, and ask about bunts."""
    coach, rng = draw_card(seed, number)
    pool = draw_plays(coach, DRAWN, rng)
    scores = {}
    for bunts in BUNTS:
        wanted = {1: STEALS, 2: bunts, 0: 60 - STEALS - bunts}
        chosen = np.concatenate([np.flatnonzero(pool.called == k)[:n] for k, n in wanted.items()])
        rest = np.setdiff1d(np.arange(DRAWN), chosen)
        chosen = rng.permutation(chosen)
        log, left = _named(_take(pool, chosen)), _take(pool, rest)
        questions, truth = _balanced(left, [0, 1, 2, 2])
        is_bunt = [play == "bunt" for play in truth]
        for reader, target in (("bunt decoder", "bunt"), ("steal decoder", "steal")):
            decoder = Decoder(play=target)
            decoder.observe_many(log)
            predictions = decoder.predict_many(questions)
            p = [prediction.chances.get("bunt", 0.0) for prediction in predictions]
            right = [(value >= 0.5) == bunt for value, bunt in zip(p, is_bunt, strict=True)]
            sure = [max(value, 1 - value) for value in p]
            scores[reader, bunts] = Score(_is_right(decoder.card(), coach.rule), sure, right)
    return scores


def _take(drawn: SimulatedPlays, rows: np.ndarray) -> SimulatedPlays:
    return SimulatedPlays(drawn.signals[rows], drawn.called[rows], drawn.done[rows])


def _named(drawn: SimulatedPlays, names: Sequence[str] = PLAYS) -> tuple[Play, ...]:
    plays = name_plays(
        drawn.signals, drawn.done, start_games(len(drawn.done), 15), "Coach", list(SIGNALS)
    )
    return tuple(
        replace(play, outcome=(NONE, *names)[done])
        for play, done in zip(plays, drawn.done, strict=True)
    )


def _balanced(
    pool: SimulatedPlays, called: list[int], names: Sequence[str] = PLAYS
) -> tuple[list[tuple[str, ...]], list[str]]:
    """Choose as many fresh sequences of each call."""
    taken: list[int] = []
    for one in called:
        of_it = np.setdiff1d(np.flatnonzero(pool.called == one), taken)
        taken += of_it[:EACH].tolist()
    sequences = [play.signals for play in _named(pool)]
    return [sequences[n] for n in taken], [(NONE, *names)[pool.called[n]] for n in taken]


def _ask(decoder: Decoder, rule: Rule, questions: list[tuple[str, ...]], truth: list[str]) -> Score:
    score = Score(_is_right(decoder.card(), rule))
    for prediction, play in zip(decoder.predict_many(questions), truth, strict=True):
        score.p.append(prediction.chances[prediction.likeliest])
        score.right.append(prediction.likeliest == play)
    return score


def _ask_ideal(
    decoder: Decoder,
    rule: Rule,
    questions: list[tuple[str, ...]],
    truth: list[str],
    prior: CardPrior,
) -> Score | None:
    reader = CardReader(decoder._ensemble.log, prior)
    names, posterior = reader.posterior(decoder.bayes, decoder._ensemble.log.plays)
    if posterior is None:
        return None
    lines = card_lines(names, posterior, decoder.bayes, dict.fromkeys(names, 2))
    score = Score(_is_right(lines, rule))
    for ids, play in zip(
        decoder._ensemble.log.vocabulary.encode_many(questions), truth, strict=True
    ):
        p = posterior.predict(decoder.bayes.to_slots(ids))
        score.p.append(float(p.max()))
        score.right.append((NONE, *names)[int(p.argmax())] == play)
    return score


def _ask_each(
    each: dict[str, Decoder], questions: list[tuple[str, ...]], truth: list[str]
) -> Score:
    answers = {
        play: [opinion.probability for opinion in decoder.opinions(questions)]
        for play, decoder in each.items()
    }
    score = Score(False)
    for number, play in enumerate(truth):
        p = {name: values[number] for name, values in answers.items()}
        p[NONE] = float(np.prod([1 - value for value in p.values()]))
        best = max(p, key=lambda name: p[name])
        score.p.append(p[best] / sum(p.values()))
        score.right.append(best == play)
    return score


def _is_right(lines: list[CardLine], rule: Rule) -> bool:
    """Return whether the lines have the live signals of the rule, and no wrong one."""
    plays = LONGER_PLAYS if rule.family == "unless" else PLAYS
    for line in lines:
        call = rule.calls[plays.index(line.play)]
        if rule.family == "unless" and call == rule.second:
            good = line.signals == (SIGNALS[rule.calls[0]], SIGNALS[call]) and line.in_a_row
            is_named = bool(line.signals)
        elif rule.counts:
            good = line.known is not None and line.known.rule.calls == (call,)
            is_named = line.known is not None
        else:
            true = {SIGNALS[call]}
            if line.play == PLAYS[0] and rule.family == "hot" and rule.second >= 0:
                true.add(SIGNALS[rule.second])
            good, is_named = set(line.signals) == true, bool(line.signals)
        if not good and (line.seen >= 2 or is_named):
            return False
    return True


if __name__ == "__main__":
    main()
