"""`signdecoder train`: what it saves and prints, and what an interruption leaves."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from signdecoder.analysis.holdout import HeldOut
from signdecoder.core.play import Play
from signdecoder.core.progress import AS_LINES, Progress, parse_progress
from signdecoder.core.same_plays import SamePlays
from signdecoder.lstm import weights
from signdecoder.lstm.weights import Weights, write_weights
from signdecoder.store.store import Store
from signdecoder.training import finetune as tuning
from signdecoder.training.finetune import FineTuning
from signdecoder.workspace.tuned_weights import find_weights, load_weights, save_weights
from tests.support.networks import random_weights
from tests.support.shell import Shell

LOG = "signs,outcome\near cap belt,steal\ncap nose,steal\nnose ear,none\n"
HELD_OUT = HeldOut("in order", 3, 0.5, 1.0, 0.7, 0.5)
SHIPPED, TUNED = random_weights(1), random_weights(2)


class FakeTuning:
    """A fine-tuning that notes its arguments and returns or raises a given result."""

    def __init__(self, result: Weights | BaseException | None) -> None:
        self.result = result
        self.asked: list[tuple[str, int | None]] = []

    def __call__(
        self,
        coaches: Mapping[str, Sequence[Play]],
        play: str,
        weights: Weights,
        same_plays: Mapping[str, SamePlays],
        *,
        epochs: int | None,
        progress: Callable[[Progress], None],
        say: Callable[[str], None],
    ) -> FineTuning:
        assert set(same_plays) == set(coaches)
        self.asked.append((weights.hash, epochs))
        say("What will be done.")
        progress(Progress(1, 2, 0.6931, 75))
        if isinstance(self.result, BaseException):
            raise self.result
        held_out = dict.fromkeys(coaches, HELD_OUT)
        served = frozenset(coaches) if self.result else frozenset()
        return FineTuning("Why, in a sentence.", held_out, served, self.result)


@pytest.fixture
def tune(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeTuning]:
    """Replace the fine-tuning and the shipped weights by fakes."""
    write_weights(shell.folder / "shipped.json", SHIPPED)
    monkeypatch.setattr(weights, "SHIPPED", shell.folder / "shipped.json")

    def install(result: Weights | BaseException | None = None) -> FakeTuning:
        fake = FakeTuning(result)
        monkeypatch.setattr(tuning, "fine_tune", fake)
        return fake

    return install


def kept_hash(shell: Shell) -> str | None:
    """The hash of the weights that the store holds for steals."""
    with Store.open(shell.folder / "store.db") as store:
        kept = find_weights(store, "steal")
    return kept.hash if kept else None


REPORT = (
    "Hawks · cracked · 3 plays, 2 steals\n"
    "  card      steal  belt  90%  seen 2\n"
    "            right after cap\n"
    "  rule      90%  belt right after cap = steal\n"
    "             6%  cap anywhere = steal\n"
    "  explains  every steal (2)\n"
    "  key sign  cap   ██████████████████▋   93%  2 plays, 2 steals\n"
    "            belt  ▊                      4%  1 play, 1 steal\n"
    "  expected  97% of predictions right\n"
    "  luck      could still be luck\n"
    "  held out  100% of 3 plays right, each predicted from earlier plays (base rate alone: 50%)\n"
)


def test_train_imports_learns_and_reports(shell: Shell, tune: Callable[..., FakeTuning]) -> None:
    fake = tune(TUNED)
    ran = shell.run("train", shell.write("Hawks.csv", LOG))
    assert (ran.status, ran.out) == (0, REPORT)
    assert ran.err == (
        "Hawks.csv: 3 plays added\n"
        "What will be done.\n"
        "learning: step 1 of 2, loss 0.693 · about 1 min left\n"
        "Why, in a sentence.\n"
    )
    assert fake.asked == [(SHIPPED.hash, None)]
    assert kept_hash(shell) == TUNED.hash


def test_every_step_is_reported_to_another_program(
    shell: Shell, tune: Callable[..., FakeTuning], monkeypatch: pytest.MonkeyPatch
) -> None:
    tune(TUNED)
    for name, value in AS_LINES.items():
        monkeypatch.setenv(name, value)
    lines = shell.run("train", shell.write("Hawks.csv", LOG)).err.splitlines()
    assert [parse_progress(line) for line in lines] == [
        None,
        None,
        Progress(1, 2, 0.6931, 75),
        None,
    ]


def test_train_prints_one_json_document(shell: Shell, tune: Callable[..., FakeTuning]) -> None:
    tune()
    ran = shell.run("train", shell.write("Hawks.csv", LOG), "--epochs", "3", "--json")
    (coach,) = ran.document["coaches"]
    assert list(coach) == [
        "coach", "play", "plays", "called", "called_as", "key_signs", "rule", "rule_parts",
        "rule_probability", "no_rule_probability", "unknown_rule_probability", "unknown_share",
        "explained", "cracked", "depends_on", "nobody_on", "card", "changes", "luck_probability",
        "held_out", "tuned",
    ]  # fmt: skip
    assert coach["held_out"] == {
        "how": "in order", "plays": 3, "log_loss": 0.5, "accuracy": 1.0,
        "base_log_loss": 0.7, "base_accuracy": 0.5,
    }  # fmt: skip
    assert coach["tuned"] is False


def test_train_always_starts_from_the_shipped_weights(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    tune(TUNED)
    shell.run("train", shell.write("Hawks.csv", LOG))
    fake = tune(None)  # this time the tuned weights are no better
    assert shell.run("train").status == 0
    assert fake.asked == [(SHIPPED.hash, None)]
    assert kept_hash(shell) is None


def test_epochs_0_learns_nothing(shell: Shell, tune: Callable[..., FakeTuning]) -> None:
    tune(TUNED)
    shell.run("train", shell.write("Hawks.csv", LOG))
    fake = tune(None)
    ran = shell.run("train", "--epochs", "0", "--json")
    assert fake.asked == []
    assert "not tuned, as requested" in ran.err
    assert kept_hash(shell) == TUNED.hash
    (coach,) = ran.document["coaches"]
    assert (coach["tuned"], coach["held_out"]) == (True, None)  # the weights have seen the plays


def test_coaches_who_were_not_tuned_on_keep_the_shipped_weights(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    tune(TUNED)
    shell.run("train", shell.write("Hawks.csv", LOG))
    shell.run("import", shell.write("Lions.csv", LOG))
    with Store.open(shell.folder / "store.db") as store:
        assert load_weights(store, "steal", "Hawks") is not None
        assert load_weights(store, "steal", "Lions") is None
    ran = shell.run("train", "--epochs", "0", "--json")
    tuned = {c["coach"]: c["tuned"] for c in ran.document["coaches"]}
    assert tuned == {"Hawks": True, "Lions": False}


def test_shipped_goes_back_to_the_shipped_weights(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    tune(TUNED)
    shell.run("train", shell.write("Hawks.csv", LOG))
    ran = shell.run("train", "--shipped", "--json")
    assert kept_hash(shell) is None
    assert ran.document["coaches"][0]["tuned"] is False


def test_an_interruption_keeps_the_plays_and_the_weights(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    tune(KeyboardInterrupt())
    with Store.open(shell.folder / "store.db") as store:
        save_weights(store, "steal", TUNED)
    ran = shell.run("train", shell.write("Hawks.csv", LOG))
    assert (ran.status, ran.out) == (130, "")
    assert ran.err.endswith("Interrupted. The plays were saved, but nothing was learned.\n")
    assert kept_hash(shell) == TUNED.hash
    assert shell.run("coaches", "--json").document["coaches"][0]["plays"] == 3


def test_train_learns_nothing_after_a_bad_log(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    fake = tune(TUNED)
    ran = shell.run("train", shell.write("a.csv", LOG), shell.write("b.csv", "signs\ncap\n"))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("a.csv: 3 plays added\nNothing was learned.\n")
    assert fake.asked == []
    skipped = shell.run(
        "train", shell.write("c.csv", "signs,outcome\ncap,none\near,\n"), "--skip-bad"
    )
    assert skipped.status == 0
    assert "c.csv: 1 play added, 1 bad row skipped\n" in skipped.err


def test_coach_applies_only_to_rows_without_a_coach(
    shell: Shell, tune: Callable[..., FakeTuning]
) -> None:
    tune()
    log = shell.write("a.csv", "signs,outcome,coach\ncap,none,Lions\near,steal,\n")
    ran = shell.run("train", log, "--coach", "Hawks", "--json")
    assert [c["coach"] for c in ran.document["coaches"]] == ["Lions", "Hawks"]
    assert "Learning from every coach." in shell.run("train", "--coach", "Hawks").err


def test_train_refuses_an_empty_store(shell: Shell, tune: Callable[..., FakeTuning]) -> None:
    tune()
    ran = shell.run("train")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("Error: no plays logged yet. Import a log with")
