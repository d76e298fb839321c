"""Where third-party packages may be imported, and which of them each command loads.

The order of our own packages is a contract in pyproject.toml, which `lint-imports` checks.
"""

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

PACKAGE = Path(signdecoder.__file__).parent

# The modules and packages of signdecoder that may import a package: it is slow to load, or one
# package of ours hides it from all others.
ALLOWED_IN = {
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
        "benchmark.baselines",
        "benchmark.memory",
    ),
    "sklearn": ("benchmark.baselines",),
    "matplotlib": ("benchmark.plots",),
    "pandas": ("logs.formats", "logs.frames"),
    "textual": ("tui",),
    "textual_plotext": ("tui",),
    "textual_serve": ("web",),
    "aiohttp": ("web",),
    "rich": ("cli.progress", "tui"),
    "typer": ("cli",),
    "sqlite3": ("store",),
}
HEAVY = {"tensorflow", "keras", "pandas", "textual", "aiohttp", "rich", "sklearn", "matplotlib"}

COMMANDS_WITHOUT_NUMPY = (
    ("--help",),
    ("plays", "--json"),
    ("coaches",),
    ("log", "cap", "--outcome", "bunt"),
    ("rename", "signal", "nose", "chin"),
    ("delete", "game", "Lions"),
    ("export", "plays.csv"),
    ("backup", "copy.db"),
    ("undo",),
)
COMMANDS_WITH_NUMPY_ONLY = (
    ("query", "ear", "cap", "--weights", "random.json"),
    ("report", "--weights", "random.json"),
    ("simulate", "--plays", "5", "--seed", "1"),
)


def imports_by_module() -> Iterator[tuple[str, str]]:
    """Yield each module of signdecoder with each name that it imports, also within functions."""
    for file in sorted(PACKAGE.rglob("*.py")):
        path = file.relative_to(PACKAGE).with_suffix("")
        module = ".".join(path.parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield module, "." * node.level + (node.module or "")


IMPORTS = tuple(imports_by_module())


def test_all_imports_are_absolute() -> None:
    assert [(module, name) for module, name in IMPORTS if name.startswith(".")] == []


@pytest.mark.parametrize("package", ALLOWED_IN)
def test_a_third_party_package_is_imported_only_where_allowed(package: str) -> None:
    importers = {module for module, name in IMPORTS if name.split(".")[0] == package}
    allowed = {
        place: {m for m in importers if f"{m}.".startswith(f"{place}.")}
        for place in ALLOWED_IN[package]
    }
    assert importers - set().union(*allowed.values()) == set()
    assert [place for place, modules in allowed.items() if not modules] == []


def run_in_new_process(program: str, *arguments: str, folder: Path) -> set[str]:
    """Run a program with the store of a folder, and return the words of its last line."""
    completed = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(PACKAGE.parent), "SIGNDECODER_DB": "store.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    return set(completed.stdout.splitlines()[-1].split())


PROGRAM = """
import sys
from signdecoder.cli import main
status = main(sys.argv[1:])
print()
print(*{name.split(".")[0] for name in sys.modules})
sys.exit(status)
"""


def loaded_by(command: tuple[str, ...], folder: Path) -> set[str]:
    """Run a command in a new process and return the top-level packages that it loads."""
    return run_in_new_process(PROGRAM, *command, folder=folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a store of two plays and a file of random weights."""
    write_weights(tmp_path / "random.json", random_weights())
    with Store.open(tmp_path / "store.db") as store:
        store.add(Play(("ear", "cap", "belt"), "steal", "Hawks", "Lions"))
        store.add(Play(("nose", "ear"), "none", "Hawks", "Lions"))
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS_WITHOUT_NUMPY, ids=lambda command: command[0])
def test_a_command_that_does_not_predict_loads_no_numpy(
    folder: Path, command: tuple[str, ...]
) -> None:
    loaded = loaded_by(command, folder)
    assert "signdecoder" in loaded
    assert loaded & {*HEAVY, "numpy"} == set()


@pytest.mark.parametrize("command", COMMANDS_WITH_NUMPY_ONLY, ids=lambda command: command[0])
def test_a_command_that_predicts_or_simulates_loads_only_numpy(
    folder: Path, command: tuple[str, ...]
) -> None:
    loaded = loaded_by(command, folder)
    assert "numpy" in loaded
    assert loaded & HEAVY == set()


def test_importing_a_log_loads_no_heavy_library(folder: Path) -> None:
    (folder / "game.csv").write_text("signs,outcome\ncap belt,steal\n")
    assert loaded_by(("import", "game.csv"), folder) & HEAVY == set()


def test_importing_signdecoder_loads_none_of_its_modules(folder: Path) -> None:
    program = "import sys, signdecoder; print(*(n for n in sys.modules if 'signdecoder' in n))"
    assert run_in_new_process(program, folder=folder) == {"signdecoder"}


def test_the_decoder_loads_no_database_simulator_or_screen(folder: Path) -> None:
    program = "import sys; from signdecoder import Decoder; print(*sys.modules)"
    loaded = run_in_new_process(program, folder=folder)
    packages = {".".join(name.split(".")[:2]) for name in loaded if "signdecoder" in name}
    assert packages == {
        *("signdecoder", "signdecoder.core", "signdecoder.rules"),
        *("signdecoder.lstm", "signdecoder.bayes", "signdecoder.decoder"),
    }
    assert "sqlite3" not in loaded


def test_public_names_are_attributes_of_signdecoder() -> None:
    assert {"Decoder", "KeySign", "Play", "Prediction"} <= set(dir(signdecoder))
    assert signdecoder.Play(("cap",), "steal").outcome == "steal"
    assert signdecoder.Decoder.__module__ == "signdecoder.decoder.decoder"
    with pytest.raises(AttributeError, match="no attribute 'Coach'"):
        signdecoder.Coach  # noqa: B018


def test_only_one_module_asks_which_system_it_runs_on() -> None:
    """Other modules would differ between systems in places that nobody finds again."""
    asking = {"fcntl", "msvcrt", "pwd", "resource", "select", "termios", "winreg"}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / "core" / "platform.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=names):
                    found = {name.name for name in names} & asking
                case ast.ImportFrom(module=str(module)):
                    found = {module} & asking
                case ast.Attribute(value=ast.Name(id="sys"), attr="platform"):
                    found = {"sys.platform"}
                case ast.Attribute(value=ast.Name(id="os"), attr="name" | "uname" as name):
                    found = {f"os.{name}"}
                case _:
                    continue
            assert not found, f"{path}: {found}"
