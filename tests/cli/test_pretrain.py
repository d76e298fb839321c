"""`signdecoder pretrain`: its options."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signdecoder.core.progress import Progress
from signdecoder.lstm.weights import Weights
from signdecoder.training import pretrain as training
from signdecoder.training.curriculum import Curriculum
from tests.support.networks import random_weights
from tests.support.shell import Shell

SHIPPED = random_weights(1)


def test_pretrain_passes_its_options_on(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def fake(
        out: Path,
        recipe: Curriculum,
        *,
        start: Weights | None,
        resume: Path | None,
        stop_after: float,
        progress: Callable[[Progress], None],
    ) -> Weights:
        asked.extend((out, recipe.steps, recipe.seed, start, resume, stop_after))
        return SHIPPED

    monkeypatch.setattr(training, "pretrain", fake)
    options = ("--steps", "5", "--seed", "3", "--minutes", "2", "--resume", "state.npz")
    ran = shell.run("pretrain", "--out", "mine.json", *options)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"Wrote mine.json ({SHIPPED.hash[:12]}).\n"
    assert asked == [Path("mine.json"), 5, 3, None, Path("state.npz"), 120.0]


def test_pretrain_refuses_one_file_for_state_and_weights(shell: Shell) -> None:
    ran = shell.run("pretrain", "--out", "mine.json", "--resume", "./mine.npz")
    assert (ran.status, ran.out) == (2, "")
    assert "mine.npz is where the weights are written" in ran.err
