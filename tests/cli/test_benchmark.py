"""The command `benchmark`: scenarios, real logs, its text, and the options it refuses."""

from pathlib import Path

import pytest

from signdecoder.benchmark import runner
from signdecoder.benchmark.runner import CaseResult
from signdecoder.benchmark.scenarios import Scenario
from tests.support.shell import Shell

LOG = "signs,outcome\ncap belt,steal\near nose,none\ncap belt,steal\nnose ear,none\n"


@pytest.fixture
def scenarios(monkeypatch: pytest.MonkeyPatch) -> list[Scenario]:
    """The scenarios that were run, in this process."""
    ran: list[Scenario] = []
    run = runner.run

    def run_here(scenario: Scenario, *arguments: object, **options: object) -> list[CaseResult]:
        ran.append(scenario)
        return run(scenario, *arguments, **(options | {"workers": 0}))  # type: ignore[arg-type]

    monkeypatch.setattr(runner, "run", run_here)
    return ran


def test_a_scenario_as_text(shell: Shell, scenarios: list[Scenario]) -> None:
    ran = shell.run("benchmark", "--coaches", "2", "--seeds", "tuning", "--decoders", "pair-score")
    assert (ran.status, scenarios[0].seeds) == (0, "tuning")
    assert ran.out.startswith("2 simulated coaches (too few to compare: use 50 or more)")
    assert (
        "\n\nsimulated coaches: 2 coaches, 40 plays each, scenario 'exam', tuning seeds\n"
        "  every family except null, equally often; 6 to 12 signals, 15 to 45% steals; clean"
        " outcomes\n"
        "  100 fresh sequences after each play: 50 call the play, 35 are near misses (fewer if"
    ) in ran.out
    assert "  after plays     3" in ran.out
    assert "benchmark: step 2 of 2" in ran.err


def test_a_scenario_as_json(shell: Shell, scenarios: list[Scenario]) -> None:
    ran = shell.run(
        *("benchmark", "--exam", "low", "--coaches", "1", "--family", "next", "--json"),
        *("--noise", "8,3,3", "--vocabulary", "6-7", "--decoders", "pair-score"),
    )
    document = ran.document
    assert document["exam"]["name"] == "low"
    assert document["exam"]["noises"] == [{"missed": 0.08, "on_own": 0.03, "misread": 0.03}]
    assert document["exam"]["vocabulary"] == [6, 7]
    (standing,) = document["standings"]
    assert (standing["decoder"], standing["coaches"]) == ("pair score", 1)
    assert scenarios[0].family == "next"


def test_charts_are_drawn(shell: Shell, scenarios: list[Scenario]) -> None:
    pytest.importorskip("matplotlib")
    ran = shell.run(
        *("benchmark", "--coaches", "1", "--decoders", "pair-score", "--plot", "curves.svg")
    )
    assert (ran.status, len(scenarios)) == (0, 1)
    assert "Wrote curves.svg." in ran.err
    assert (shell.folder / "curves.svg").read_text("utf-8").rstrip().endswith("</svg>")


def test_a_scenario_runs_in_processes(shell: Shell) -> None:
    ran = shell.run("benchmark", "--coaches", "1", "--decoders", "pair-score", "--workers", "1")
    assert (ran.status, ran.out[:17]) == (0, "1 simulated coach")


def test_a_real_log_is_scored_next_to_the_rate_so_far(shell: Shell) -> None:
    shell.write("game.csv", LOG)
    ran = shell.run("benchmark", "--log", "game.csv", "--decoders", "pair-score")
    assert ran.out.splitlines()[0] == "game.csv, steal: each play from those before it"
    rows = [line.split()[-3:] for line in ran.out.splitlines()[2:]]
    assert [row[0] for row in rows] == ["4", "4"]
    # 1/2, 2/3, 2/4, 3/5 is the rate so far: -ln(1/2 · 1/3 · 1/2 · 2/5) / 4; two are wrong.
    assert rows[1] == ["4", "0.850", "50.0"]


def test_one_log_is_learned_and_another_predicted(shell: Shell) -> None:
    known = shell.write("known.csv", LOG)
    file = shell.write("asked.tsv", "cb\t1\nen\t0\n")
    shell.write("letters.tsv", "cb\t1\nen\t0\ncb\t1\n")
    ran = shell.run(
        "benchmark", "--log", known, "--learn", "3", "--decoders", "pair-score", "--json"
    )
    document = ran.document
    assert document["how"] == "the first 3 plays learned, the others marked"
    assert [mark["plays"] for mark in document["marks"]] == [1, 1]
    ran = shell.run(
        *("benchmark", "--log", "letters.tsv", "--test", file, "--decoders", "pair-score")
    )
    assert ran.out.startswith("letters.tsv, steal: all plays learned, asked.tsv marked\n")
    assert ran.out.splitlines()[2].split()[-1] == "100.0"


def test_the_called_play_of_a_log_can_be_chosen(shell: Shell) -> None:
    shell.write("game.csv", LOG.replace("steal", "Offspeed"))
    ran = shell.run(
        *("benchmark", "--log", "game.csv", "--play", "offspeed", "--decoders", "pair-score")
    )
    assert ran.out.startswith("game.csv, offspeed: each play")


def test_bad_rows_stop_the_command_unless_they_may_be_skipped(shell: Shell) -> None:
    shell.write("game.csv", LOG + "cap,perhaps\n")
    ran = shell.run("benchmark", "--log", "game.csv", "--decoders", "pair-score")
    assert (ran.status, ran.out) == (1, "")
    assert 'game.csv:6: the outcome "perhaps" is not known' in ran.err
    assert "game.csv: nothing was measured because of these rows. Fix the rows" in ran.err
    ran = shell.run("benchmark", "--log", "game.csv", "--skip-bad", "--decoders", "pair-score")
    assert ran.status == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--learn", "3"], "--learn is for a real log. Name one with --log."),
        (["--play", "bunt"], "--play is for a real log"),
        (["--log", "x.csv", "--exam", "low"], "--exam is for simulated coaches"),
        (["--log", "x.csv", "--plot", "x.svg"], "--plot is for simulated coaches"),
        (["--log", "x.csv", "--play", "none"], '"none" is not a play to predict'),
        (["--exam", "easy"], "there is no scenario 'easy'. Choose one of exam, noise"),
        (["--decoders", "svm"], "there is no decoder 'svm'"),
        (["--vocabulary", "six"], "'six' is not a range of signals. Write it like 6-12."),
        (
            ["--noise", "8,3"],
            "'8,3' is not a list of three rates. Write them in percent, like 8,3,3.",
        ),
        (["--noise", "8,3,80"], "'8,3,80' has rates of noise that are too large"),
    ],
)
def test_invalid_or_contradictory_options_are_refused(
    shell: Shell, options: list[str], words: str
) -> None:
    ran = shell.run("benchmark", *options)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_a_chart_that_cannot_be_written_is_refused_before_the_run(
    shell: Shell, scenarios: list[Scenario]
) -> None:
    ran = shell.run("benchmark", "--coaches", "1", "--plot", str(Path("nowhere") / "curves.svg"))
    assert (ran.status, scenarios) == (1, [])
    assert "there is no such folder" in ran.err


def test_an_interruption_is_reported_in_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", interrupt)
    ran = shell.run("benchmark", "--decoders", "pair-score")
    assert (ran.status, ran.out, ran.err) == (130, "", "Interrupted: nothing was measured.\n")
