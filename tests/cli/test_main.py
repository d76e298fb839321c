"""The entry point: how many threads NumPy uses, and what `--version` loads."""

import os
import subprocess
import sys

import pytest

from signdecoder import __version__
from signdecoder.__main__ import use_one_blas_thread

NAMES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def test_numpy_uses_one_thread_unless_the_user_chose_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    use_one_blas_thread()
    assert [os.environ[name] for name in NAMES] == ["1"] * 5
    for name in NAMES:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MKL_NUM_THREADS", "4")
    use_one_blas_thread()
    assert {name: os.environ[name] for name in NAMES if name in os.environ} == {
        "MKL_NUM_THREADS": "4"
    }


def test_importing_signdecoder_leaves_the_threads_of_a_python_user_alone() -> None:
    program = "import os, signdecoder; from signdecoder import Decoder; print(*os.environ)"
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert set(NAMES).isdisjoint(ran.stdout.split())


def test_version_loads_neither_numpy_nor_typer() -> None:
    program = (
        "import sys; from signdecoder.cli import main; main(['--version']); print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert {"numpy", "typer", "pandas"}.isdisjoint(ran.stdout.split())
    assert ran.stdout.startswith(f"signdecoder {__version__}\nstore    ")
