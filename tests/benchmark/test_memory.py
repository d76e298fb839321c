"""The memory study: its plays, networks, gradients and text."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from signdecoder.benchmark.memory.plot import draw_study
from signdecoder.benchmark.memory.report import study_document, study_text
from signdecoder.benchmark.memory.study import MemoryPlan, MemoryRun, Net, Study, plan_study
from signdecoder.benchmark.memory.task import INDICATOR, LIVE, RULE, VOCABULARY, draw_gap
from signdecoder.core.errors import UsageError
from signdecoder.core.progress import Progress
from signdecoder.rules.matching import plays_called
from signdecoder.rules.rule import (
    CALLED,
)
from tests.support.shell import Shell

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# --- the plays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("decoys", [1, 2, 64])
def test_plays_have_the_given_gap_and_half_of_them_are_called(decoys: int) -> None:
    plays, called = draw_gap(200, decoys, np.random.default_rng(decoys))
    assert plays.shape == (200, decoys + 2)
    assert called.sum() == 100
    assert ((plays[:, 0] == INDICATOR) == called).all()
    assert (plays[:, -1] == LIVE).all()
    assert not np.isin(plays[:, 1:-1], (INDICATOR, LIVE)).any()


def test_chance_decides_about_an_odd_play() -> None:
    rng = np.random.default_rng(2)
    assert {int(draw_gap(3, 1, rng)[1].sum()) for _ in range(40)} == {1, 2}


def test_the_first_signal_alone_decides() -> None:
    plays, _ = draw_gap(300, 8, np.random.default_rng(3))
    for first, calls in ((INDICATOR, True), (VOCABULARY - 1, False)):
        plays[:, 0] = first
        assert ((plays_called(RULE, plays) == CALLED) == calls).all()


def test_decoys_do_not_depend_on_whether_a_play_is_called() -> None:
    plays, called = draw_gap(40_000, 4, np.random.default_rng(4))
    decoys = range(LIVE + 1, VOCABULARY)
    shown = np.stack([plays[:, 1:-1] == decoy for decoy in decoys])  # (decoys, plays, places)
    apart = shown[:, called].mean(axis=1) - shown[:, ~called].mean(axis=1)
    share = 1 / len(decoys)
    assert shown.mean(axis=1) == pytest.approx(share, abs=0.01)
    # Two independent means of 20,000 draws each: their difference stays within 4.5 of its errors.
    assert np.abs(apart).max() < 4.5 * (2 * share * (1 - share) / 20_000) ** 0.5


# --- the networks ---------------------------------------------------------------------------------


def test_network_sizes_are_as_keras_counts_them() -> None:
    from signdecoder.benchmark.memory.cells import CELLS, build_cell, choose_units, count_parameters

    assert tuple(CELLS) == MemoryPlan().cells
    assert count_parameters("LSTM", 4, 16) == 4 * 16 * (4 + 16 + 1) + 16 + 1 == 1361
    assert choose_units("LSTM", 4, 1400) == 16  # 15 have 1216, 17 have 1514
    for cell in CELLS:
        assert build_cell(cell, 5, 3).count_params() == count_parameters(cell, 5, 3)


def test_the_gradient_of_a_linear_cell_shrinks_by_its_weight_at_every_step() -> None:
    import keras
    import tensorflow as tf

    from signdecoder.benchmark.memory.cells import input_gradients

    network = keras.Sequential(
        [
            keras.Input((None, 2)),
            keras.layers.SimpleRNN(1, activation="linear"),
            keras.layers.Dense(1),
        ]
    )
    kernel, recurrent, out = [[3.0], [4.0]], [[-0.5]], [[2.0]]
    network.set_weights([np.array(w) for w in (kernel, recurrent, [0.1], out, [0.7])])
    x = tf.random.stateless_normal((6, 5, 2), seed=(1, 2))
    # |out| · |recurrent|^(steps to the end) · √(3² + 4²), whatever the input is.
    assert input_gradients(network, x).numpy() == pytest.approx(
        [2 * 0.5**4 * 5, 2 * 0.5**3 * 5, 2 * 0.5**2 * 5, 2 * 0.5 * 5, 2 * 5]
    )


@pytest.mark.parametrize("name", ["long GRU", "long LSTM"])
def test_a_long_cell_keeps_a_half_to_64_of_65_of_what_it_holds(name: str) -> None:
    from signdecoder.benchmark.memory.cells import build_cell

    cell = build_cell(name, 2, 3).layers[0].cell
    for weights in (cell.kernel, cell.recurrent_kernel):
        weights.assign(np.zeros(weights.shape))
    ones = np.ones((1, 3), np.float32)
    _, states = cell(np.zeros((1, 2), np.float32), [ones] * (2 if "LSTM" in name else 1))
    # Odds of keeping from 1 to 64, in equal ratios: 1, 8, 64.
    assert states[-1].numpy() == pytest.approx(np.array([[1 / 2, 8 / 9, 64 / 65]]))


def test_only_the_encoding_of_names_distinguishes_decoys() -> None:
    from signdecoder.benchmark.memory.cells import MemoryNetwork

    one, other = np.array([[0, 2, 3, 4, 1]], np.int16), np.array([[0, 5, 4, 7, 1]], np.int16)
    twice = np.array([[0, 2, 2, 4, 1]], np.int16)
    for reading, same in (("roles", True), ("names", False)):
        network = MemoryNetwork(
            reading, "LSTM", vocabulary=VOCABULARY, parameters=200, steps=20, rate=0.01
        )
        network.reset(0)
        first, gradient = network.evaluate(one)
        assert gradient.shape == (5,)
        assert (network.evaluate(other)[0] == pytest.approx(first, abs=1e-7)) is same
        assert network.evaluate(twice)[0] != pytest.approx(first, abs=1e-7)
        parts, mean_gradient = network.evaluate(np.repeat(one, 501, axis=0))  # asked in three parts
        assert parts == pytest.approx(np.repeat(first, 501), abs=1e-6)
        assert mean_gradient == pytest.approx(gradient, rel=1e-4)


@pytest.mark.slow
def test_a_study_is_complete_and_repeatable_and_learns() -> None:
    from signdecoder.benchmark.memory.study import run_study

    plan = MemoryPlan(
        (1, 3), 2, "tuning", ("simple RNN",), 120, steps=150, batch=32, rate=0.03, asked=99
    )
    told: list[Progress] = []
    study = run_study(plan, told.append)
    assert [net.reading for net in study.nets] == ["roles", "names"]
    assert len(study.runs) == 2 * 2 * (2 + 2)  # networks, seeds, each gap alone and mixed
    assert {run.seed for run in study.runs} == {20_000, 20_001}
    assert (told[-1].step, told[-1].steps) == (12, 12)
    assert min(run.accuracy for run in study.runs) == 1
    assert max(run.loss for run in study.runs) < 0.2
    assert len({run.loss for run in study.runs}) == len(study.runs)
    again = run_study(replace(plan, gaps=(1,), repeats=1)).runs
    assert again == tuple(r for r in study.runs if (r.mixed, r.gap, r.seed) == (False, 1, 20_000))


# --- words, documents, pictures -------------------------------------------------------------------


def a_run(mixed: bool, gap: int, seed: int, right: float, after: float | None) -> MemoryRun:
    return MemoryRun("roles", "LSTM", mixed, gap, seed, right, 1 - right, 0.25 / gap**4, after)


def a_study() -> Study:
    """An invented study: one network, two gaps, two runs of each; alone, it fails at the second."""
    runs = [
        *(a_run(False, 2, 0, 1.0, 2.5), a_run(False, 2, 1, 0.98, 1.5)),
        *(a_run(False, 16, 0, 1.0, 1e-9), a_run(False, 16, 1, 0.5, None)),
        *(a_run(True, 2, 0, 1.0, 0.0), a_run(True, 2, 1, 1.0, 0.0)),
        *(a_run(True, 16, 0, 0.75, 0.003), a_run(True, 16, 1, 0.75, 0.005)),
    ]
    plan = MemoryPlan((2, 16), 2, cells=("LSTM",))
    return Study(plan, (Net("roles", "LSTM", 16, 1361),), tuple(runs))


def test_a_study_as_text() -> None:
    head, *tables = study_text(a_study()).split("\n\n")
    assert head.splitlines() == [
        "what a cell remembers: simulated plays, 2 runs each, reporting seeds",
        "  Half of the plays begin with the indicator and are called, half begin with a decoy.",
        "  More decoys and the live signal follow, so only the first signal decides.",
        "  roles: the features of the true pair, the encoding of our network",
        "  names: one-hot signals, the encoding of a plain network",
        "  long: starts by forgetting over 1 to 64 signals, like the last LSTM of our network;",
        "        the other cells start with Keras's defaults",
        "  1000 steps of 64 plays, Adam, learning rate up to 0.01, 2000 fresh test plays",
    ]
    assert "\n\n".join(tables) == "\n".join(
        [
            "networks of equal size, as nearly as whole units allow",
            "  network      units  parameters",
            "  roles, LSTM     16        1361",
            "",
            "right, %: one network per number of decoys (mean of the runs)",
            "  decoys between     2    16",
            "  roles, LSTM     99.0  75.0",
            "",
            "the same, from the worst run to the best",
            "  decoys between       2      16",
            "  roles, LSTM     98–100  50–100",
            "",
            "log loss, nats (0.693 is chance)",
            "  decoys between      2     16",
            "  roles, LSTM     0.010  0.250",
            "",
            "right, %: one network for all of them (mean of the runs)",
            "  decoys between      2    16",
            "  roles, LSTM     100.0  75.0",
            "",
            "the same, from the worst run to the best",
            "  decoys between    2  16",
            "  roles, LSTM     100  75",
            "",
            "log loss, nats (0.693 is chance)",
            "  decoys between      2     16",
            "  roles, LSTM     0.000  0.250",
            "",
            "gradient at the first signal, relative to the last: before training",
            "  decoys between     2     16",
            "  roles, LSTM     0.02  4e-06",
            "",
            "the same after training: one network per number of decoys",
            "  decoys between     2     16",
            "  roles, LSTM     2.00  1e-09",
            "",
            "the same after training: one network for all of them",
            "  decoys between  2     16",
            "  roles, LSTM     0  4e-03",
        ]
    )


def test_a_study_of_one_gap_has_no_mixed_training() -> None:
    study = a_study()
    runs = tuple(run for run in study.runs if run.gap == 2 and not run.mixed)
    words = study_text(replace(study, plan=replace(study.plan, gaps=(2,)), runs=runs))
    assert "one network for all" not in words


def test_a_study_as_a_document_is_json() -> None:
    document = json.loads(json.dumps(study_document(a_study()), allow_nan=False))
    assert document["simulated"] is True
    assert document["plan"]["gaps"] == [2, 16]
    assert document["nets"] == [
        {"reading": "roles", "cell": "LSTM", "units": 16, "parameters": 1361}
    ]
    assert document["runs"][3]["gradient_after"] is None


def test_the_same_study_makes_the_same_chart(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("one.svg", "two.svg"):
        draw_study(a_study(), tmp_path / name)
    one = (tmp_path / "one.svg").read_bytes()
    assert one == (tmp_path / "two.svg").read_bytes()
    assert one.startswith(b"<?xml")
    assert b"nolegend" not in one


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[MemoryPlan]:
    """The plans that were carried out; their results are invented."""
    from signdecoder.benchmark.memory import study

    carried: list[MemoryPlan] = []

    def make_up(plan: MemoryPlan, _: object) -> Study:
        carried.append(plan)
        return a_study()

    monkeypatch.setattr(study, "run_study", make_up)
    return carried


def test_the_command_passes_its_options_to_the_plan(shell: Shell, plans: list[MemoryPlan]) -> None:
    ran = shell.run("benchmark", "--memory")
    assert (ran.status, ran.out) == (0, study_text(a_study()) + "\n")
    ran = shell.run(
        *("benchmark", "--memory", "--gaps", "8,2,8", "--repeats", "5", "--seeds", "tuning"),
        "--json",
    )
    assert json.loads(ran.out)["runs"][0]["accuracy"] == 1.0
    assert plans == [MemoryPlan(), MemoryPlan((2, 8), 5, "tuning")]


def test_the_command_writes_a_chart(shell: Shell, plans: list[MemoryPlan]) -> None:
    pytest.importorskip("matplotlib")
    ran = shell.run("benchmark", "--memory", "--plot", "memory.svg")
    assert (ran.status, len(plans), ran.err) == (0, 1, "Wrote memory.svg.\n")
    assert (shell.folder / "memory.svg").read_text("utf-8").rstrip().endswith("</svg>")
    ran = shell.run("benchmark", "--memory", "--plot", "nowhere/memory.svg")
    assert (ran.status, len(plans)) == (1, 1)
    assert "there is no such folder" in ran.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--memory", "--gaps", "two"], "'two' is not a list of numbers of decoys"),
        (
            ["--memory", "--gaps", "0,2"],
            "these are not valid gaps. Write numbers of decoys, 1 to 64.",
        ),
        (["--memory", "--gaps", "65"], "these are not valid gaps"),
        (["--memory", "--seeds", "5"], "there is no kind of seeds '5'. Choose one of tuning, rep"),
        (["--memory", "--log", "x.csv"], "--log is for a real log. Remove it or --memory."),
        (["--memory", "--exam", "low"], "--exam is for simulated coaches"),
        (["--memory", "--decoders", "lstm"], "--decoders is for comparing decoders"),
        (["--gaps", "2"], "--gaps is for the memory study. Add --memory."),
        (["--log", "x.csv", "--repeats", "2"], "--repeats is for the memory study"),
        (["--log", "x.csv", "--seeds", "tuning"], "--seeds is for simulated coaches"),
    ],
)
def test_invalid_or_contradictory_options_are_refused(
    shell: Shell, options: list[str], words: str
) -> None:
    ran = shell.run("benchmark", *options)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err


def test_a_plan_needs_a_gap() -> None:
    with pytest.raises(UsageError, match="these are not valid gaps"):
        plan_study(())
