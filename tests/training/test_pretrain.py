"""Pretraining: the same from the same seed, stopped or not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.outcomes import Evidence
from signdecoder.core.progress import Progress
from signdecoder.lstm.weights import read_weights
from signdecoder.rules.rule import BLANK
from signdecoder.training.batches import network_inputs
from signdecoder.training.curriculum import Curriculum, draw_batch
from signdecoder.training.episodes import Bucket, draw_episodes
from signdecoder.training.prefetch import prefetch_batches
from tests.support.networks import SMALL


def test_what_the_network_is_asked() -> None:
    rng = np.random.default_rng(2)
    episodes = draw_episodes(Bucket(40, 10, 6, 5), rng)
    inputs, targets, counts = network_inputs(episodes, 5, rng)
    lengths = (episodes.signals != BLANK).sum(axis=-1)
    assert (inputs["shown"].sum(axis=(-2, -1)) == lengths).all()
    whole, prefix = inputs["cut"].argmax(axis=-1)[..., 0], inputs["cut"].argmax(axis=-1)[..., 1]
    assert (whole == lengths - 1).all()
    assert (prefix <= whole).all()
    assert (prefix < whole).any()
    for name in ("outcome", "first", "key"):
        assert targets[name].sum(axis=-1) == pytest.approx(1.0)
    assert (targets["outcome"][:, :, 2] == episodes.chances).all()
    assert (counts["outcome"][:, :, 2] == 0.5).all()


def test_plays_to_come_are_asked_about_in_the_share_they_have() -> None:
    rng = np.random.default_rng(8)
    episodes = draw_episodes(Bucket(40, 20, 6, 5), rng)
    inputs, targets, counts = network_inputs(episodes, 5, rng)
    asked, share = inputs["asked"].argmax(axis=-1), counts["outcome"][:, :, :2]
    log, play, stratum = np.nonzero(share)
    other = asked[log, play, stratum]
    assert (other >= play).all()
    assert (other > play).any()
    assert (episodes.segment_id[log, other] == episodes.segment_id[log, play]).all()
    assert len(np.unique(episodes.segment_id)) > 1
    calls = episodes.chances[log, other, 0] > 0.3
    assert (calls == (stratum == 0)).all()
    assert (targets["outcome"][log, play, stratum] == episodes.chances[log, other]).all()
    assert share.sum(axis=-1) == pytest.approx(1.0)
    # Before the last play of a log it is the only one to come.
    last = episodes.chances[:, -1, 0] > 0.3
    assert (share[:, -1, 0] == last).all()


def test_batches_drawn_ahead_are_the_same_and_in_order() -> None:
    recipe = Curriculum(steps=4, lessons=2, small=2, seed=9)
    for step, ahead in enumerate(prefetch_batches(recipe, 1, 6), 1):
        for one, other in zip(ahead, draw_batch(recipe, step), strict=True):
            assert (one is None) == (other is None)
            for name, array in (one or {}).items():
                assert other is not None
                assert (array == other[name]).all(), (step, name)
    assert step == 5


def test_a_training_goes_on_with_the_same_recipe_or_a_longer_one() -> None:
    recipe = Curriculum(steps=1000, lessons=100, decay=0.2)
    assert recipe.decays_from == 900
    longer = replace(recipe, steps=2000)
    assert longer.continues(recipe, 900)
    assert not longer.continues(recipe, 901)
    assert recipe.continues(recipe, 1050)
    assert not recipe.continues(longer, 901)
    assert not replace(longer, seed=4).continues(recipe, 10)
    later = replace(recipe, decay=0.1)  # it may also begin to fall later
    assert later.continues(recipe, 900)
    assert not later.continues(recipe, 901)


def test_clean_logs_have_every_outcome_and_what_was_called() -> None:
    episodes = draw_episodes(Bucket(30, 20, 6, 6), np.random.default_rng(3), noise_level=0.0)
    kinds = {Evidence.CALLED, Evidence.OTHER, Evidence.NOTHING}
    assert {Evidence(e) for e in np.unique(episodes.evidence)} <= kinds
    clean = ~np.isin(episodes.key[:, 0, -1], [1.0])  # null coaches have no key and no clean outcome
    sure = episodes.chances[clean].max(axis=-1)
    assert (sure == 1.0).all()
    said = episodes.chances[clean].argmax(axis=-1)
    assert (said == episodes.evidence[clean]).all()


@pytest.mark.slow
def test_pretraining_is_repeatable_to_the_bit(tmp_path: Path) -> None:
    from signdecoder.training.pretrain import pretrain

    recipe = Curriculum(steps=19, lessons=1, small=19, seed=3, warmup=2, size=SMALL)
    once = pretrain(tmp_path / "a.json", recipe)
    again = pretrain(tmp_path / "b.json", recipe)
    assert again.hash == once.hash
    about = json.loads((tmp_path / "b.json").read_text())
    assert about["training"]["steps"] == 20
    assert about["training"]["data"] == "simulated coaches"


@pytest.mark.slow
def test_a_training_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    from signdecoder.training.pretrain import pretrain

    recipe = Curriculum(steps=3, lessons=1, small=3, seed=3, warmup=2, size=SMALL)
    straight = pretrain(tmp_path / "a.json", recipe)
    state = tmp_path / "state.npz"

    def stop_at_three(done: Progress) -> None:
        if done.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(tmp_path / "c.json", recipe, resume=state, save_every=2, progress=stop_at_three)
    assert read_weights(tmp_path / "c.json").training["steps"] == 2  # the last that were written
    with pytest.raises(SigndecoderError, match="is the checkpoint of another training"):
        pretrain(tmp_path / "c.json", replace(recipe, seed=4), resume=state)
    steps: list[int] = []
    resumed = pretrain(
        tmp_path / "c.json", recipe, resume=state, progress=lambda p: steps.append(p.step)
    )
    assert steps == [4]
    assert read_weights(tmp_path / "c.json").hash == resumed.hash
    # XLA compiles a shape anew and may round otherwise; it is the same training all the same.
    for name, array in straight.arrays.items():
        assert resumed.arrays[name] == pytest.approx(array, abs=1e-6)


@pytest.mark.slow
def test_logs_leave_what_the_lessons_taught(tmp_path: Path) -> None:
    from signdecoder.training.pretrain import pretrain

    recipe = Curriculum(steps=0, lessons=1, small=0, seed=3, warmup=2, size=SMALL)
    taught = pretrain(tmp_path / "a.json", recipe).arrays
    then = pretrain(tmp_path / "b.json", replace(recipe, steps=1)).arrays
    same = {name for name in taught if (taught[name] == then[name]).all()}
    play = {f"play/{part}" for part in ("kernel", "recurrent_kernel", "bias")}
    assert same == play | {"sight/kernel", "sight/bias"}


@pytest.mark.slow
def test_a_training_stops_where_its_loss_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signdecoder.training import pretrain as training
    from signdecoder.training.checkpoint import load_step

    losses = iter([0.5, 0.5, float("nan")])
    monkeypatch.setattr(training, "train_step", lambda *_: next(losses))
    recipe = Curriculum(steps=4, lessons=2, small=4, seed=3, warmup=2, size=SMALL)
    state = tmp_path / "state.npz"
    with pytest.raises(SigndecoderError, match="the loss of step 3 is not a finite number"):
        training.pretrain(tmp_path / "a.json", recipe, resume=state, save_every=1)
    assert load_step(state, recipe) == 2
