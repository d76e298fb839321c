"""An audit in words and as a document: a made-up result, to the letter."""

from dataclasses import replace

from signdecoder.audit.coach_spec import make_signs
from signdecoder.audit.descriptives import Descriptives, SignalUse
from signdecoder.audit.intervention_text import change_words
from signdecoder.audit.report import audit_document, audit_words
from signdecoder.audit.results import Audit, CrackTime, Effect
from signdecoder.audit.rule_input import RoleInput
from signdecoder.benchmark.bootstrap import Figure
from signdecoder.core.text import percent

KEY = Effect("key", "habit", Figure(3.24, 1.1, 5.6), 14.0, 0.84, 0.7)
EVEN = Effect("favourites", "habit", Figure(-0.04, -2.0, 1.9), 10.0, 0.84, 0.85)
WIPE = Effect("wipe_off", "measure", Figure(9.0, 3.5, 16.2), 20.0, 0.84, 0.8)
INNING = Effect("key_each_inning", "measure", Figure(30.9, 26.6, 34.3), 37.0, 0.87, 0.25)
BETTER = Effect("better_decoys", "measure", Figure(-1.7, -4.0, -0.3), 5.0, 0.87, 0.9)
MADE_UP = Audit(
    signs=make_signs(RoleInput(key="cap", live="belt", others=(("bunt", "ear"),)), steals=0.3),
    seed=7,
    seasons=21,
    replayed=7,
    plays=40,
    tells=Descriptives(
        key=SignalUse(0, called=0.81, dead=0.1, plays=0.4, another=0.6),
        live=SignalUse(1, called=0.5, dead=0.5, plays=0.6, another=0.6),
        rule=0.3,
        dead_rule=0.12,
        called_length=7.0,
        dead_length=6.0,
    ),
    cracks=(
        CrackTime("mixture", 11.0, 8.0, None, 3.0, 0.3, 6.0, 0.84),
        CrackTime("rules", 12.0, 9.0, 15.0, 3.0, 0.0, 7.0, 0.8),
        CrackTime("pair score", None, None, None, None, 0.8, None, 0.5),
    ),
    effects=(KEY, EVEN, INNING, WIPE, BETTER),
    left_out=("length", "key_each_game"),
)

WORDS = """\
An opponent cracks these signs after about 11 plays (3 steals).
He reads your own plays, as they come, after about 6 plays.
  right after cap: belt = steal, ear = bunt
  21 simulated seasons of 40 plays, with the habits of a typical coach (--log:
  with your own): 30% steals, 20% bunt; 6 to 12 signals. The opponent logs
  every play, and misses nothing.
  Cracked: right on 95% of fresh sequences from then on, half of them steals,
  most of the others nearly, as in the benchmark. Reads you: right on 95% of
  your own plays, where steals and all others weigh the same.

  cracked after      plays  half within  steals  never  reads you  foretells
  this decoder          11   8 to never       3   30%          6       84%
  exact rules alone     12      9 to 15       3    0%          7       80%
  the 2019 web page  never        never   never   80%      never       50%

What gives you away
  One habit changed, all else the same; plays of 40 that become safe:
   +3.2  The cap is hardly ever shown when nothing is on: 8 in 10 of its
         showings come with a steal. Shown in 9 in 10 of those plays (+1.1 to
         +5.6).
   +0.0  The cap is in 40% of your plays, another signal in 60% on average.
         All signals equally common (within the spread: -2.0 to +1.9).

What would help
  Plays of 40 that become safe:
  +30.9  Another key each inning, here 5 plays: he foretells 25% of the steals
         instead of 87% (+26.6 to +34.3).
   +9.0  A signal that wipes off; 2 in 10 plays with nothing on hold the sign
         and are wiped off (+3.5 to +16.2).
   -1.7  Better decoys: key and live signal in most plays with nothing on, and
         dead rules as common as the live one (that hurts: -4.0 to -0.3).

  Not tried: another key each game: 20 plays are one game here.
  Safe: the decoder does not read you after that play. Each change was tried in
  7 seasons: the mean gain, and what other seasons could say of it (95%). All
  of it is simulated; a person in the stands sees less."""


def test_an_audit_in_words() -> None:
    assert audit_words(MADE_UP) == WORDS
    assert max(map(len, WORDS.splitlines())) <= 80


def test_who_is_not_cracked_is_told_so() -> None:
    never, page = MADE_UP.cracks[2], replace(MADE_UP.cracks[0], opponent="pair score", plays=4.0)
    uncracked = replace(MADE_UP, cracks=(replace(never, opponent="mixture"), page))
    assert audit_words(uncracked).splitlines()[:3] == [
        "An opponent does not crack these signs within 40 plays.",
        "He does not come to read your own plays as they come.",
        "The 2019 web page, which knows pairs of signals alone, cracks them after 4.",
    ]


def test_where_no_habit_is_to_blame_that_is_said() -> None:
    clean = replace(
        MADE_UP, effects=(EVEN, WIPE), left_out=("wipe_off", "key_each_inning", "key_each_game")
    )
    words = audit_words(clean)
    assert "What gives you away: no single habit, as far as these seasons tell\n" in words
    assert "  Not tried: a wipe-off: you have one, or no idle signal to be one.\n" in words
    assert "  Not tried: another key: this rule has none, or no idle signal can be it.\n" in words


def test_without_another_rule_of_its_kind_nothing_is_said_of_one() -> None:
    alone = replace(MADE_UP, tells=replace(MADE_UP.tells, dead_rule=None))
    dead = Effect("decoys", "habit", EVEN.gained, 1.0, 0.5, 0.5)
    assert change_words(alone, dead) == (
        f"The rule is shown in {percent(MADE_UP.tells.rule)} of your plays."
        " With 3 dead rules as common as the live one"
    )


def test_an_audit_as_a_document() -> None:
    document = audit_document(MADE_UP)
    assert document["simulated"] is True
    assert document["signs"] == {
        "family": "next",
        "key": "cap",
        "plays": [{"play": "steal", "rate": 0.3}, {"play": "bunt", "rate": 0.2}],
        "signals": None,
        "length": None,
        "own_sequences": 0,
    }
    assert document["cracked"][2] == {
        "opponent": "pair score", "plays": None, "early": None, "late": None, "steals": None,
        "never": 0.8, "reads": None, "foretold": 0.5,
    }  # fmt: skip
    assert document["tells"]["key"]["signal"] == "cap"
    first = document["changes"][0]
    assert (first["change"], first["clear"], first["gained"]["mean"]) == ("key", True, 3.24)
    assert first["words"].startswith("The cap is hardly ever shown when nothing is on")
    assert document["left_out"] == ["length", "key_each_game"]
