"""Which module may import what, and what a quick command may load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import signdecoder
from signdecoder.core.play import Play
from signdecoder.lstm.weights import write_weights
from signdecoder.store.store import Store
from tests.support.networks import random_weights

ROOT = Path(signdecoder.__file__).parent

# Who may import a package that is slow to load or that belongs in one place.
HOMES = {
    "keras": (
        "training.network",
        "training.checkpoint",
        "training.learner",
        "training.pretrain",
        "training.tuner",
        "benchmark.baselines",
        "benchmark.memory",
    ),
    "tensorflow": (
        "training.network",
        "benchmark.baselines",
        "benchmark.memory",
    ),
    "sklearn": ("benchmark.baselines",),
    "matplotlib": ("benchmark.plots",),
    "pandas": ("logs.csv_table", "logs.play_log"),
    "textual": ("tui",),
    "textual_plotext": ("tui",),
    "textual_serve": ("web",),
    "aiohttp": ("web",),
    "rich": ("cli.progress", "tui"),
    "typer": ("cli",),
    "sqlite3": ("store",),
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
            yield node.module


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_where_it_belongs(package: str) -> None:
    importers = [
        name
        for name in module_names()
        if any(imported.split(".")[0] == package for imported in imports_of(name))
    ]
    homes = HOMES[package]
    strays = [n for n in importers if not f"{n}.".startswith(tuple(f"{home}." for home in homes))]
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
    assert signdecoder.Decoder.__module__ == "signdecoder.decoder.decoder"
    with pytest.raises(AttributeError, match="no attribute 'Coach'"):
        signdecoder.Coach  # noqa: B018
