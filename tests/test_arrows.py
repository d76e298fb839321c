"""Which module may import what, and what a quick command may load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import signdecoder
from signdecoder.plays import Play
from signdecoder.store import Store
from signdecoder.weights import write_weights
from tests.networks import random_weights

ROOT = Path(signdecoder.__file__).parent

# Each module may import those that stand before it, and no other module of ours.
ORDER = (
    *("errors", "files", "layout", "plays", "situation", "spelling", "texts", "tables", "logs"),
    *("faults", "ahead", "soundness", "schema", "history", "marks", "pads", "intake", "edits"),
    *("store", "copies", "ruins", "backups", "restoration"),
    *("systems", "parts", "wording", "grammar"),
    *("habits", "lessons", "implants", "coaches", "prior", "games", "simulator"),
    *(
        "network_size",
        "arrays",
        "weights",
        "learned",
        "lstm",
        "votes",
        "play_reader",
        "candidates",
        "vocabulary",
        "runs",
        "run_memory",
        "reader",
        "sightings",
        "blocks",
        "tallies",
        "frames",
        "hypotheses",
        "segments",
        "rules",
        "rule_memory",
        "rule_reader",
        "succession",
        "mixture",
        "advisers",
        "recall",
        "answers",
        "coach_rule",
        "verdict",
        "decoder",
        "evaluate",
        "repeats",
        "luck",
        "proof",
        "gates",
        "explain",
        "draft",
        "score",
        "follower",
        "notices",
        "turns",
        "unrecorded",
        "desk",
        "practice",
        "contest",
    ),
    *("progress", "background", "roles", "episodes", "course", "workers", "batches"),
    *(
        "network_start",
        "network_layers",
        "network_votes",
        "network",
        "network_end",
        "training_state",
        "training",
        "tuning",
    ),
    *(
        "baselines.contestant",
        "baselines.pair_score",
        "baselines.substitution",
        "baselines.fitted",
        "baselines.pair_regression",
        "baselines.descent",
        "baselines.ngram_net",
        "baselines.plain_lstm",
        "baselines.cells",
        "baselines",
    ),
    *("report", "report_words", "explain_words", "gate_words", "listings"),
    *("scout", "scout_words", "scout_pictures", "scout_html", "scout_markdown", "scout_file"),
    *(
        "tui",
        "tui.setup",
        "tui.messages",
        "tui.words",
        "tui.practice_words",
        "tui.stages",
        "tui.in_order",
        "tui.game_day",
        "tui.widgets",
        "tui.widgets.key_cap",
        "tui.widgets.signal_pad",
        "tui.widgets.chips",
        "tui.widgets.gauge",
        "tui.widgets.key_signs",
        "tui.widgets.next_step",
        "tui.widgets.play_list",
        "tui.widgets.emergence",
        "tui.widgets.board",
        "tui.widgets.gate_map",
        "tui.widgets.gate_sums",
        "tui.widgets.top_line",
        "tui.widgets.training_line",
        "tui.widgets.signs",
        "tui.widgets.naming_pad",
        "tui.widgets.duel",
        "tui.widgets.round_card",
        "tui.widgets.round_line",
        "tui.widgets.round_list",
        "tui.widgets.round_score",
        "tui.widgets.round_steps",
        "tui.screens",
        "tui.screens.ask",
        "tui.screens.edit_play",
        "tui.screens.export_log",
        "tui.screens.help",
        "tui.screens.gates",
        "tui.screens.import_log",
        "tui.screens.names",
        "tui.screens.train",
        "tui.screens.why",
        "tui.screens.at_desk",
        "tui.screens.errands",
        "tui.screens.live",
        "tui.screens.at_round",
        "tui.screens.practice",
        "tui.app",
        "tui.browser_driver",
    ),
    *("web", "web.door", "web.screens", "web.server"),
    *(
        "benchmark",
        "benchmark.exam",
        "benchmark.questions",
        "benchmark.examinees",
        "benchmark.findings",
        "benchmark.entrants",
        "benchmark.sittings",
        "benchmark.grades",
        "benchmark.calibration",
        "benchmark.intervals",
        "benchmark.comparisons",
        "benchmark.scoreboard",
        "benchmark.plots",
        "benchmark.trial",
        "benchmark.standings",
        "benchmark.trial_report",
        "benchmark.gaps",
        "benchmark.memory_plan",
        "benchmark.memory",
        "benchmark.memory_report",
        "benchmark.memory_plot",
    ),
    *("audit", "audit.roles", "audit.signs", "audit.changes", "audit.own_plays"),
    *("audit.seasons", "audit.tells", "audit.results", "audit.trial"),
    *("audit.change_words", "audit.words"),
    *("cli.output", "cli.options", "cli.files", "cli.progress", "cli.memory", "cli.benchmark"),
    *(
        "cli.audit_options",
        "cli.audit",
        "cli.ask",
        "cli.record",
        "cli.keep",
        "cli.learn",
        "cli.screen",
        "cli.practice",
    ),
    *("cli", "__main__"),
)
# Who may import a package that is slow to load or that belongs in one place.
HOMES = {
    "keras": (
        "network_start",
        "network_layers",
        "network_votes",
        "network",
        "network_end",
        "training_state",
        "training",
        "baselines.descent",
        "baselines.ngram_net",
        "baselines.plain_lstm",
        "baselines.cells",
    ),
    "tensorflow": ("network", "training", "baselines.descent", "baselines.cells"),
    "sklearn": ("baselines.pair_regression",),
    "matplotlib": ("benchmark.plots",),
    "pandas": ("tables", "logs", "evaluate", "training"),
    "textual": ("tui",),
    "textual_plotext": ("tui",),
    "textual_serve": ("web",),
    "aiohttp": ("web",),
    "rich": ("cli.progress", "tui"),
    "typer": ("cli",),
    "sqlite3": (
        *("faults", "soundness", "schema", "history", "marks", "pads", "intake", "edits", "store"),
        *("copies", "backups", "restoration"),
    ),
}
HEAVY = ("tensorflow", "keras", "pandas", "textual", "aiohttp", "rich", "sklearn", "matplotlib")


def module_names() -> list[str]:
    files = sorted(ROOT.rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names if name != "__init__"]


def imports_of(name: str) -> Iterator[str]:
    """Every module that a module of ours imports, at its top or within a function."""
    path = ROOT / name.replace(".", "/")
    package = path / "__init__.py"
    file = package if package.exists() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative name"
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole.removeprefix("signdecoder.") in ORDER else node.module


@pytest.mark.parametrize("name", module_names())
def test_arrows_run_one_way(name: str) -> None:
    assert name in ORDER, f"give {name} its place in ORDER"
    above = ORDER[: ORDER.index(name)]
    for imported in imports_of(name):
        package, _, ours = imported.partition(".")
        if package == "signdecoder" and ours:
            assert ours in above, f"{name} imports {ours}"


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_where_it_belongs(package: str) -> None:
    importers = [
        name
        for name in module_names()
        if any(imported.split(".")[0] == package for imported in imports_of(name))
    ]
    homes = HOMES[package]
    strays = [n for n in importers if n not in homes and n.split(".")[0] not in homes]
    assert strays == []


PROGRAM = """
import sys
from signdecoder.cli import main
status = main(sys.argv[1:])
print("\\n" + " ".join({name.split(".")[0] for name in sys.modules}))
sys.exit(status)
"""


def run_fresh(program: str, *arguments: str, folder: Path) -> set[str]:
    """The words of the last line that a program prints in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT.parent), "SIGNDECODER_DB": "store.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines()[-1].split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store of two plays and with weights that know nothing."""
    write_weights(tmp_path / "drawn.json", random_weights())
    with Store.open(tmp_path / "store.db") as store:
        store.add(Play(("ear", "cap", "belt"), "steal", "Hawks", "Lions"))
        store.add(Play(("nose", "ear"), "none", "Hawks", "Lions"))
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("--help",),
        ("plays", "--json"),
        ("coaches",),
        ("log", "cap", "--outcome", "bunt"),
        ("rename", "signal", "nose", "chin"),
        ("delete", "game", "Lions"),
        ("backup", "copy.db"),
        ("undo",),
    ],
    ids=lambda command: command[0],
)
def test_what_does_not_predict_loads_no_numpy(folder: Path, command: tuple[str, ...]) -> None:
    loaded = run_fresh(PROGRAM, *command, folder=folder)
    assert "signdecoder" in loaded
    assert loaded.isdisjoint({*HEAVY, "numpy"})


@pytest.mark.parametrize("command", [("query", "ear", "cap"), ("report",)], ids=lambda c: c[0])
def test_what_predicts_loads_numpy_alone(folder: Path, command: tuple[str, ...]) -> None:
    loaded = run_fresh(PROGRAM, *command, "--weights", "drawn.json", folder=folder)
    assert "numpy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_importing_signdecoder_loads_none_of_its_modules(folder: Path) -> None:
    program = "import sys, signdecoder; print(*(n for n in sys.modules if 'signdecoder' in n))"
    assert run_fresh(program, folder=folder) == {"signdecoder"}


def test_the_public_names_are_found() -> None:
    assert {"Decoder", "KeySign", "Play", "Prediction"} <= set(dir(signdecoder))
    assert signdecoder.Play(("cap",), "steal").outcome == "steal"
    assert signdecoder.Decoder.__module__ == "signdecoder.decoder"
    with pytest.raises(AttributeError, match="no attribute 'Coach'"):
        signdecoder.Coach  # noqa: B018
