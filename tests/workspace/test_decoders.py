"""Decoders of a store: saved beliefs, tuned weights, marked changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from signdecoder.bayes.grammar import grammar_hash
from signdecoder.core.attributes import parse_attributes
from signdecoder.core.play import Play
from signdecoder.core.same_plays import parse_same_plays
from signdecoder.decoder.decoder import Decoder
from signdecoder.lstm.weights import write_weights
from signdecoder.rules.registry import FAMILIES
from signdecoder.store.store import Store
from signdecoder.workspace.decoders import _BELIEF_VERSION, open_decoder
from signdecoder.workspace.saved_beliefs import SavedBelief, load_belief, save_belief
from signdecoder.workspace.tuned_weights import save_weights
from tests.support.decoders import SEQUENCES, WEIGHTS, draw_plays, learn, predict_all
from tests.support.networks import random_weights
from tests.support.spies import count_updates


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    with Store.open(path) as opened:
        for play in draw_plays(20, games=2):
            opened.add(play)
    return path


def open_hawks(path: Path) -> Decoder:
    with Store.open(path) as store:
        return open_decoder(store, "Hawks", weights=WEIGHTS)


def load_saved(path: Path) -> SavedBelief:
    with Store.open(path) as store:
        belief = load_belief(store, "Hawks", "steal")
    assert belief is not None
    return belief


def test_a_saved_belief_gives_the_same_predictions(store: Path) -> None:
    first = predict_all(open_hawks(store))
    assert load_saved(store).plays == 20
    again = open_hawks(store)
    assert predict_all(again) == first
    assert (again.n_plays, again.n_called) == (20, learn(draw_plays(20)).n_called)


def test_only_new_plays_are_read_after_a_saved_belief(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hawks(store)
    last = Play(("cap", "belt"), "steal", coach="Hawks", game="game 1")
    with Store.open(store) as opened:
        opened.add(last)
    counts = count_updates(monkeypatch)
    continued = open_hawks(store)
    assert counts == [1]
    assert (continued.n_plays, load_saved(store).plays) == (21, 21)
    expected = learn([*draw_plays(20, games=2), last])
    assert predict_all(continued) == pytest.approx(predict_all(expected), abs=1e-5)


def test_a_saved_belief_is_computed_again_if_an_old_play_changed(store: Path) -> None:
    open_hawks(store)
    with Store.open(store) as opened:
        opened.undo()
    assert predict_all(open_hawks(store)) == pytest.approx(
        predict_all(learn(draw_plays(20, games=2)[:19]))
    )
    assert load_saved(store).plays == 19


@pytest.mark.parametrize("cells", [{"inning": "2"}, {"outs": "1"}, {"runners": "---"}])
def test_a_saved_belief_is_computed_again_if_the_moment_of_a_play_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch, cells: dict[str, str]
) -> None:
    open_hawks(store)
    with Store.open(store) as opened:
        play = opened.plays("Hawks")[3]
        assert play.id is not None
        opened.edit(play.id, replace(play, context=cells))
        edited = opened.plays("Hawks")
    counts = count_updates(monkeypatch)
    again = open_hawks(store)
    assert sum(counts) == 20
    assert predict_all(again) == pytest.approx(predict_all(learn(edited)), abs=1e-5)


def test_a_saved_belief_is_kept_if_a_note_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hawks(store)
    with Store.open(store) as opened:
        play = opened.plays("Hawks")[3]
        assert play.id is not None
        opened.edit(play.id, replace(play, context={"note": "windy", "inning": "late"}))
    counts = count_updates(monkeypatch)
    open_hawks(store)
    assert sum(counts) == 0


def test_a_damaged_belief_or_one_of_other_weights_is_computed_again(store: Path) -> None:
    right = predict_all(open_hawks(store))
    others = random_weights(8)
    with Store.open(store) as opened:
        other = open_decoder(opened, "Hawks", weights=others)
    assert predict_all(other) == pytest.approx(
        predict_all(learn(draw_plays(20, games=2), others)), abs=1e-5
    )
    assert predict_all(open_hawks(store)) == right
    saved = load_saved(store)
    with Store.open(store) as opened:
        damaged = SavedBelief(b"PK no", saved.model_hash, saved.plays, saved.plays_hash)
        save_belief(opened, "Hawks", "steal", damaged)
    assert predict_all(open_hawks(store)) == pytest.approx(right)


def test_a_belief_that_an_earlier_version_saved_is_computed_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("signdecoder.workspace.decoders._BELIEF_VERSION", _BELIEF_VERSION - 1)
        open_hawks(store)
    counts = count_updates(monkeypatch)
    for _ in range(2):
        open_hawks(store)
        assert sum(counts) == 20  # all plays at the first opening, none at the second


def test_a_belief_of_another_grammar_is_computed_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hawks(store)
    before = load_saved(store).model_hash
    grammar_hash.cache_clear()
    monkeypatch.setattr(FAMILIES["hot"].__class__, "weight", 0.5)
    counts = count_updates(monkeypatch)
    changed = open_hawks(store)
    grammar_hash.cache_clear()
    assert sum(counts) == 20
    assert load_saved(store).model_hash != before
    assert changed.n_plays == 20


def test_a_belief_is_computed_again_if_the_moment_of_a_play_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hawks(store)
    with Store.open(store) as opened:
        last = opened.plays("Hawks")[-1]
        assert last.id is not None
        opened.edit(last.id, replace(last, context={"outs": "2"}))
    counts = count_updates(monkeypatch)
    open_hawks(store)
    assert sum(counts) == 20


def test_a_belief_is_computed_again_if_attributes_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_hawks(store).attributes == {}
    with Store.open(store) as opened:
        opened.save_attributes("Hawks", parse_attributes({"ear": "soft", "chin": "soft"}))
    counts = count_updates(monkeypatch)
    assert open_hawks(store).attributes == {"ear": ("soft",), "chin": ("soft",)}
    assert sum(counts) == 20
    open_hawks(store)
    assert sum(counts) == 20


def test_a_belief_is_computed_again_if_the_same_plays_changed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_hawks(store)
    bunts = parse_same_plays(same=["steal,bunt"])
    with Store.open(store) as opened:
        opened.save_same_plays("Hawks", bunts)
        n_bunts = opened.count_outcomes()["Hawks"]["bunt"]
    n_steals = learn(draw_plays(20)).n_called
    counts = count_updates(monkeypatch)
    joined = open_hawks(store)
    assert joined.same_plays == bunts
    assert joined.n_called == n_steals + n_bunts
    assert sum(counts) == 20
    assert open_hawks(store).n_called == joined.n_called
    assert sum(counts) == 20
    with Store.open(store) as opened:
        opened.undo()
    assert open_hawks(store).n_called == n_steals


def test_the_predictions_before_each_outcome_are_saved(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_hawks(store).prequential
    counts = count_updates(monkeypatch)
    assert (open_hawks(store).prequential == first).all()
    assert counts == []
    one_by_one = Decoder(weights=WEIGHTS)
    for play in draw_plays(20, games=2):
        one_by_one.observe_many([play])
    assert first == pytest.approx(one_by_one.prequential, abs=1e-5)


def test_from_store_takes_paths(store: Path, tmp_path: Path) -> None:
    write_weights(tmp_path / "w.json", WEIGHTS)
    decoder = Decoder.from_store("hawks", db=store, weights=tmp_path / "w.npz")
    assert predict_all(decoder) == predict_all(open_hawks(store))


def test_tuned_weights_are_used_before_the_shipped_ones(store: Path) -> None:
    with Store.open(store) as opened:
        save_weights(opened, "steal", WEIGHTS)
        assert open_decoder(opened, "Hawks").weights.hash == WEIGHTS.hash


# --- changes of signs -----------------------------------------------------------------------------


def mark_change_and_add(store: Path, plays: list[Play]) -> None:
    """Mark a change after what is stored, then record more plays."""
    with Store.open(store) as opened:
        opened.add_change_point("Hawks")
        for play in plays:
            opened.add(play)


def learn_with_change(later: list[Play]) -> Decoder:
    """Return a decoder that learned the stored plays, the change, and later plays."""
    decoder = learn(draw_plays(20, games=2))
    decoder.mark_change()
    decoder.observe_many(later)
    return decoder


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_marked_change_is_applied_with_and_without_a_saved_belief(
    store: Path, is_saved: bool
) -> None:
    later = [Play(p.signals, p.outcome, coach="Hawks", game="game 2") for p in draw_plays(4)]
    if is_saved:
        open_hawks(store)
    mark_change_and_add(store, later)
    expected = learn_with_change([Play(p.signals, p.outcome, game="game 2") for p in later])
    for _ in range(2):  # from the plays, then from the saved belief
        assert predict_all(open_hawks(store)) == pytest.approx(predict_all(expected), abs=1e-5)
    assert predict_all(expected) != pytest.approx(
        predict_all(learn(draw_plays(20, games=2) + later))
    )


def test_there_is_no_verdict_right_after_a_marked_change(store: Path) -> None:
    open_hawks(store)
    mark_change_and_add(store, [])
    decoder = open_hawks(store)
    assert (decoder.n_plays, decoder.n_called) == (20, learn(draw_plays(20)).n_called)
    assert {decoder.predict(s).verdict for s in SEQUENCES} == {"not enough plays"}
    assert predict_all(open_hawks(store)) == pytest.approx(
        predict_all(learn_with_change([])), abs=1e-5
    )


def test_a_saved_belief_is_computed_again_if_a_marked_change_is_undone(store: Path) -> None:
    before = predict_all(open_hawks(store))
    mark_change_and_add(store, [])
    open_hawks(store)
    with Store.open(store) as opened:
        opened.undo()
    assert predict_all(open_hawks(store)) == pytest.approx(before, abs=1e-5)
