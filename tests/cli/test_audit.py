"""`signdecoder audit`: its text, its JSON, and what it refuses."""

import pytest

from signdecoder.audit import run as trial
from signdecoder.benchmark.runner import CaseResult, run
from tests.support.shell import Shell

ASKED = ("audit", "--key", "cap", "--live", "belt")
HALF = ("--seasons", "6", "--plays", "10")
SHORT = ("--steals", "0.3", "--seasons", "6", "--plays", "10", "--signals", "7", "--seed", "4")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one quick opponent, in this process."""

    def run_here(*arguments: object, **options: object) -> list[CaseResult]:
        return run(*arguments, **(options | {"workers": 0}))  # type: ignore[arg-type]

    monkeypatch.setattr(trial, "run", run_here)
    monkeypatch.setattr(trial, "OPPONENTS", ("pair score",))


@pytest.mark.usefixtures("quick")
def test_an_audit_as_text_and_as_json(shell: Shell) -> None:
    short = shell.run(*ASKED, *SHORT)
    assert short.out.startswith("YOUR SIGNS: belt right after cap = steal   6 simulated seasons")
    ran = shell.run(*ASKED, *SHORT, "--details")
    assert ran.status == 0
    assert ran.out.startswith("An opponent cracks these signs after about ")
    assert "\n  belt right after cap = steal\n" in ran.out
    assert "\nWhat would help\n" in ran.out
    assert "audit: step 20 of 20" in ran.err  # 6 as it is, and 7 changes in 2 each
    document = shell.run(*ASKED, *SHORT, "--json").document
    (crack,) = document["cracked"]
    assert f"after about {crack['plays']:.0f} play" in ran.out
    assert (document["seed"], document["seasons"], document["plays"]) == (4, 6, 10)


@pytest.mark.usefixtures("quick")
def test_an_audit_uses_the_habits_of_the_coachs_own_log(shell: Shell) -> None:
    rows = ["ear nose chin,none", "nose cap belt ear,steal", "chin ear nose cap,none"] * 15
    shell.write("mine.csv", "\n".join(["signs,outcome", *rows, ""]))
    ran = shell.run(*ASKED, "--log", "mine.csv", *HALF, "--details")
    assert ran.status == 0
    text = " ".join(ran.out.split())
    assert "with your habits, from 45 sequences of yours: 33% steals; 5 signals." in text
    assert "signals with a steal on and" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--key", "cap", "--live", "Cap"), '"Cap" is both the key and the live signal'),
        (("--family", "nxt"), "there is no family 'nxt'. Choose one of next, kth"),
        (("--family", "hot", "--key", "cap"), "the family hot has no key sign. Remove --key"),
        (("--key", "cap"), "the family next needs a live signal. Name it with --live"),
        (ASKED[1:], "the steal rate is missing"),
        ((*ASKED[1:], "--steals", "30"), "30 is not a valid steal rate"),
        (
            (*ASKED[1:], "--signals", "cap,ear,nose,chin"),
            '"belt" is not among your signals (cap, ear, nose, chin)',
        ),
        ((*ASKED[1:], "--signals", "cap"), '"cap" is not a number or a list of signals'),
        (
            (*ASKED[1:], "--also", "bunt"),
            '"bunt" is not a play with its live signal. Write',
        ),
        ((*ASKED[1:], "--also", "steal=ear"), "two live signals for steal. Name one."),
        ((*ASKED[1:], "--also", "none=ear"), '"none" is not a play to predict'),
        ((*ASKED[1:], "--steals", "0.3", "--plays", "5"), "plays"),
    ],
)
def test_invalid_or_contradictory_options_are_refused(
    shell: Shell, options: tuple[str, ...], words: str
) -> None:
    ran = shell.run("audit", *options)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_a_log_of_several_coaches_or_with_bad_rows_is_refused(shell: Shell) -> None:
    shell.write("two.csv", "coach,signs\nHawks,cap belt\nLions,ear cap\n")
    ran = shell.run(*ASKED, "--log", "two.csv")
    assert (ran.status, ran.out) == (1, "")
    assert "two.csv has plays of several coaches (Hawks, Lions). Use a log" in ran.err
    shell.write("bad.csv", "signs\ncap > > belt\n")
    ran = shell.run(*ASKED, "--log", "bad.csv")
    assert (ran.status, ran.out) == (1, "")
    assert "bad.csv:2: the sequence" in ran.err
    assert "bad.csv has bad rows, nothing was measured. Fix them and retry." in ran.err


def test_a_rule_that_does_not_fit_is_refused_before_any_simulation(shell: Shell) -> None:
    ran = shell.run(*ASKED, "--steals", "0.3", "--length", "1")
    assert (ran.status, ran.out) == (1, "")
    assert "a steal cannot be called in 30% of the plays. Give longer sequences" in ran.err


def test_an_interruption_is_reported_in_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trial, "run", interrupt)
    ran = shell.run(*ASKED, "--steals", "0.3")
    assert (ran.status, ran.out, ran.err) == (130, "", "Interrupted. Nothing was measured.\n")
