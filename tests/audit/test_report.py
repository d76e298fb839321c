"""The text and the JSON document of an audit, word for word, from an invented result."""

from dataclasses import replace

from signdecoder.audit.coach_spec import build_coach_spec
from signdecoder.audit.descriptives import Descriptives, SignalUse
from signdecoder.audit.headline import audit_headline
from signdecoder.audit.intervention_text import describe_intervention
from signdecoder.audit.report import audit_document, audit_text
from signdecoder.audit.results import Audit, CrackTime, Effect
from signdecoder.audit.rule_input import RoleInput
from signdecoder.benchmark.bootstrap import Figure
from signdecoder.core.text import percent

KEY = Effect("key", "habit", Figure(3.24, 1.1, 5.6), 14.0, 0.84, 0.7)
EVEN = Effect("favourites", "habit", Figure(-0.04, -2.0, 1.9), 10.0, 0.84, 0.85)
WIPE = Effect("wipe_off", "measure", Figure(9.0, 3.5, 16.2), 20.0, 0.84, 0.8)
INNING = Effect("key_each_inning", "measure", Figure(30.9, 26.6, 34.3), 37.0, 0.87, 0.25)
BETTER = Effect("better_decoys", "measure", Figure(-1.7, -4.0, -0.3), 5.0, 0.87, 0.9)
EXAMPLE = Audit(
    spec=build_coach_spec(RoleInput(key="cap", live="belt", others=(("bunt", "ear"),)), steals=0.3),
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

TEXT = """\
An opponent cracks these signs after about 11 plays (3 steals).
An opponent starts calling your real plays correctly after about 6.
  right after cap: belt = steal, ear = bunt
  21 simulated seasons of 40 plays, with the habits of a typical coach (use
  --log for your own): 30% steals, 20% bunt; 6 to 12 signals. The opponent logs
  every play correctly.
  Cracked: right on 95% of new sequences from then on. Half of them are steals,
  most of the others are near misses. Reads you: right on 95% of your real
  plays, with steals and other plays weighted equally.

  cracked after      plays  middle half  steals  never  reads you  steals called
  this decoder          11   8 to never       3    30%          6            84%
  its rules only        12      9 to 15       3     0%          7            80%
  the 2019 web page  never        never   never    80%      never            50%

What gives you away
  Plays out of 40 that become safe if you change only this habit:
   +3.2  You almost never show the cap when nothing is on: 8 in 10 times you
         show it, a steal is on. Instead, show it in 90% of those plays (+1.1 to
         +5.6).
   +0.0  The cap is in 40% of your plays, other signals in 60% on average.
         Instead, use all signals equally often (could be chance: -2.0 to +1.9).

What would help
  Plays out of 40 that become safe:
  +30.9  Use a new key sign each inning (here 5 plays): an opponent then calls
         25% of your steals instead of 87% (+26.6 to +34.3).
   +9.0  Add a wipe-off: in 20% of the plays with nothing on, show the steal
         sign and cancel it (+3.5 to +16.2).
   -1.7  Use better decoys: show the key sign and live signal in most plays with
         nothing on, and add fake rules that appear as often as the real one
         (this hurts: -4.0 to -0.3).

  Not tried: a new key sign each game, because 20 plays are one game here.
  Safe: an opponent with this decoder cannot read you after that play. Each
  change was tried in 7 seasons. The number is the average gain; in other
  seasons it would be in the range in parentheses (95%). Everything is
  simulated. A person in the stands sees less."""


def test_an_audit_as_text() -> None:
    assert audit_text(EXAMPLE) == TEXT
    assert max(map(len, TEXT.splitlines())) <= 80


def test_the_headline_of_an_audit() -> None:
    assert audit_headline(EXAMPLE) == (
        "YOUR SIGNS: right after cap: belt = steal, ear = bunt   21 simulated seasons of 40 plays\n"
        "  Readable after  11 plays (3 steals)\n"
        "  Best fix        a new key sign every inning: 31 of 40 plays become safe\n"
        "  Others          a wipe-off sign +9 · better decoys -2\n"
        "Add --details for the opponents, your habits and what the numbers mean."
    )
    never = replace(EXAMPLE, cracks=EXAMPLE.cracks[2:], effects=(KEY, BETTER))
    assert audit_headline(never).splitlines()[1:4] == [
        "  Readable after  never within 40 plays",
        "  Best fix        none of those tried clearly helps",
        "  Others          better decoys -2",
    ]


def test_the_report_says_if_the_signs_are_never_cracked_or_read() -> None:
    never, page = EXAMPLE.cracks[2], replace(EXAMPLE.cracks[0], opponent="pair score", plays=4.0)
    uncracked = replace(EXAMPLE, cracks=(replace(never, opponent="mixture"), page))
    assert audit_text(uncracked).splitlines()[:3] == [
        "An opponent does not crack these signs within 40 plays.",
        "An opponent never learns to read your real games.",
        "The 2019 web page, which only looks at pairs of signals, cracks them after 4.",
    ]


def test_the_report_says_if_no_habit_gives_the_coach_away() -> None:
    clean = replace(
        EXAMPLE, effects=(EVEN, WIPE), left_out=("wipe_off", "key_each_inning", "key_each_game")
    )
    words = audit_text(clean)
    assert "What gives you away: no single habit in these seasons\n" in words
    assert "Not tried: a wipe-off, because you have one already or no signal is unused.\n" in words
    assert "Not tried: a new key sign, because this rule has none or no signal is" in words


def test_fake_rules_are_not_mentioned_if_there_are_none() -> None:
    alone = replace(EXAMPLE, tells=replace(EXAMPLE.tells, dead_rule=None))
    dead = Effect("decoys", "habit", EVEN.gained, 1.0, 0.5, 0.5)
    assert describe_intervention(alone, dead) == (
        f"Your rule appears in {percent(EXAMPLE.tells.rule)} of your plays."
        " Instead, add 3 fake rules that appear as often as the real one"
    )


def test_an_audit_as_json_document() -> None:
    document = audit_document(EXAMPLE)
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
    assert first["words"].startswith("You almost never show the cap when nothing is on")
    assert document["left_out"] == ["length", "key_each_game"]
