"""Pretraining: its batches, and that a seed determines the result, stopped or not."""

import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.npz import pack_arrays
from signdecoder.core.outcomes import Evidence
from signdecoder.core.progress import Progress
from signdecoder.lstm.weights import Weights, read_weights
from signdecoder.rules.pair_rules import N_SET_RULES
from signdecoder.rules.rule import BLANK
from signdecoder.training import curriculum
from signdecoder.training.batches import network_inputs
from signdecoder.training.curriculum import Batch, Curriculum, curriculum_from, draw_batch
from signdecoder.training.episodes import Bucket, draw_episodes
from signdecoder.training.prefetch import prefetch_batches
from tests.support.networks import SMALL


def test_each_play_has_two_whole_sequences_and_a_prefix_as_questions() -> None:
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


def test_questions_about_plays_to_come_are_weighted_by_their_share() -> None:
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


def test_prefetched_batches_are_the_same_and_in_order() -> None:
    recipe = Curriculum(steps=4, lessons=2, small=2, seed=9)
    for step, ahead in enumerate(prefetch_batches(recipe, 1, 6), 1):
        for one, other in zip(ahead, draw_batch(recipe, step), strict=True):
            assert (one is None) == (other is None)
            for name, array in (one or {}).items():
                assert other is not None
                assert (array == other[name]).all(), (step, name)
    assert step == 5


def test_a_training_continues_with_the_same_curriculum_or_a_longer_one() -> None:
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


def test_clean_logs_have_every_outcome_as_it_was_called() -> None:
    episodes = draw_episodes(Bucket(30, 20, 6, 6), np.random.default_rng(3), noise_level=0.0)
    kinds = {Evidence.CALLED, Evidence.OTHER, Evidence.NOTHING}
    assert {Evidence(e) for e in np.unique(episodes.evidence)} <= kinds
    clean = ~np.isin(episodes.key[:, 0, -1], [1.0])  # null coaches have no key and no clean outcome
    sure = episodes.chances[clean].max(axis=-1)
    assert (sure == 1.0).all()
    said = episodes.chances[clean].argmax(axis=-1)
    assert (said == episodes.evidence[clean]).all()


# --- the whole training ---------------------------------------------------------------------------

# Each stage has batches of a single small shape, because a training step is compiled for each.
RECIPE = Curriculum(steps=7, lessons=1, small=7, seed=3, warmup=2, size=SMALL)


@pytest.fixture(scope="module")
def small_batches() -> Iterator[None]:
    """Batches of one small shape for each stage, drawn in this process, without XLA."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curriculum, "LESSONS", (Bucket(32, 1, 6, 4),))
        patch.setattr(curriculum, "FIRST_LOGS", (Bucket(3, 8, 6, 4),))
        patch.setattr(pretrain_module(), "prefetch_batches", draw_here)
        patch.setattr("signdecoder.training.learner.USE_XLA", False)
        yield


def draw_here(recipe: Curriculum, begin: int, end: int) -> Generator[Batch]:
    yield from (draw_batch(recipe, step) for step in range(begin, end))


def pretrain_module() -> ModuleType:
    """The module that trains, which loads Keras."""
    from signdecoder.training import pretrain

    return pretrain


@pytest.fixture(scope="module")
def trained(small_batches: None, tmp_path_factory: pytest.TempPathFactory) -> Weights:
    """The result of RECIPE without a stop."""
    weights: Weights = pretrain_module().pretrain(
        tmp_path_factory.mktemp("once") / "a.json", RECIPE
    )
    return weights


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_pretraining_is_repeatable_to_the_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signdecoder.training.learner.USE_XLA", True)
    once, again = (
        pretrain_module().pretrain(tmp_path / name, RECIPE) for name in ("a.json", "b.json")
    )
    assert again.hash == once.hash
    about = json.loads((tmp_path / "b.json").read_text())
    assert about["training"]["steps"] == 8
    assert about["training"]["data"] == "simulated coaches"


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_a_stopped_training_resumes_to_the_same_weights(tmp_path: Path, trained: Weights) -> None:
    pretrain = pretrain_module().pretrain
    out, state = tmp_path / "c.json", tmp_path / "state.npz"

    def stop_at_seven(done: Progress) -> None:
        if done.step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(out, RECIPE, resume=state, save_every=6, progress=stop_at_seven)
    assert read_weights(out).training["steps"] == 6  # the last that were written
    with pytest.raises(SigndecoderError, match="is the checkpoint of another training"):
        pretrain(out, replace(RECIPE, seed=4), resume=state)
    steps: list[int] = []
    resumed = pretrain(out, RECIPE, resume=state, progress=lambda p: steps.append(p.step))
    assert steps == [8]
    assert read_weights(out).hash == resumed.hash
    for name, array in trained.arrays.items():
        # A lost moment of Adam would show in the third place; sums are rounded in another order.
        assert resumed.arrays[name] == pytest.approx(array, abs=1e-5)


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_logs_do_not_change_what_the_lessons_taught(tmp_path: Path, trained: Weights) -> None:
    lessons = replace(RECIPE, steps=0, small=0)
    taught = pretrain_module().pretrain(tmp_path / "a.json", lessons).arrays
    same = {name for name in taught if (taught[name] == trained.arrays[name]).all()}
    play = {f"play/{part}" for part in ("kernel", "recurrent_kernel", "bias")}
    assert same == play | {"sight/kernel", "sight/bias"}


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_training_goes_on_from_weights_with_set_rules_and_the_lstms_as_they_were(
    tmp_path: Path, trained: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curriculum, "WIDE_LOGS", (Bucket(3, 8, 6, 5),))
    recipe = replace(curriculum_from(trained), steps=3, warmup=1)
    state = tmp_path / "state.npz"
    weights = pretrain_module().pretrain(
        tmp_path / "a.json", recipe, start=trained, resume=state, save_every=1
    )
    assert weights.size == replace(SMALL, set_rules=N_SET_RULES)
    assert weights.training["recipe"]["starts_from"] == trained.hash
    changed = {n for n in trained.arrays if (weights.arrays[n] != trained.arrays[n]).any()}
    assert {"outcome/kernel", "vote/kernel"} <= changed
    lstms = ("play/", "alone/", "third/", "together/", "evidence/", "exchange/", "sight/")
    assert not any(name.startswith(lstms) for name in changed)
    # Another training does not go on from its state, nor this one from another's.
    with pytest.raises(SigndecoderError, match="is the checkpoint of another training"):
        pretrain_module().pretrain(tmp_path / "b.json", replace(RECIPE, steps=3), resume=state)


def test_a_checkpoint_from_before_set_rules_goes_on(tmp_path: Path) -> None:
    from signdecoder.training.checkpoint import load_step

    recipe = asdict(RECIPE)
    del recipe["starts_from"], recipe["size"]["set_rules"]
    about = json.dumps({"step": 5, "recipe": recipe}).encode()
    state = tmp_path / "state.npz"
    state.write_bytes(pack_arrays({"about": np.frombuffer(about, np.uint8)}))
    assert load_step(state, RECIPE) == 5


@pytest.mark.slow
@pytest.mark.usefixtures("small_batches")
def test_a_training_stops_if_its_loss_is_not_finite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signdecoder.training.checkpoint import load_step

    losses = iter([0.5, 0.5, float("nan")])
    monkeypatch.setattr(pretrain_module(), "train_step", lambda *_: next(losses))
    recipe = replace(RECIPE, steps=4, lessons=2, small=4)
    state = tmp_path / "state.npz"
    with pytest.raises(SigndecoderError, match="the loss of step 3 is not a finite number"):
        pretrain_module().pretrain(tmp_path / "a.json", recipe, resume=state, save_every=1)
    assert load_step(state, recipe) == 2
