"""Read hostile files of weights in a process of its own.

`python -m tests.long.hostile_weights` prints how many files were accepted, and how much more memory
that took than good weights do.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from signdecoder.core.errors import SigndecoderError
from signdecoder.lstm.weights import read_weights, write_weights
from tests.support.hostile_weights import Case, list_cases
from tests.support.memory import peak_memory
from tests.support.networks import random_weights


def write_cases(folder: Path, cases: Iterable[Case]) -> list[str]:
    """Write cases as ``0.json``, ``0.npz``, and so on. Return their descriptions in order."""
    descriptions = []
    for number, (description, about, arrays) in enumerate(cases):
        (folder / f"{number}.json").write_bytes(about)
        (folder / f"{number}.npz").write_bytes(arrays)
        descriptions.append(description)
    return descriptions


def read_in_process(folder: Path) -> tuple[dict[int, str], int]:
    """Read the files of a folder in a new process.

    Return the hashes of those that were accepted, by number, and the peak memory in KiB.
    """
    command = [sys.executable, "-m", "tests.long.hostile_weights", str(folder)]
    completed = subprocess.run(command, capture_output=True, check=True, text=True)
    result = json.loads(completed.stdout)
    hashes = {int(number): value for number, value in result["accepted"].items()}
    return hashes, int(result["peak"])


def _read_all(folder: Path) -> None:
    """Read the files of a folder, and print the result as JSON."""
    accepted = {}
    for path in sorted(folder.glob("*.json")):
        with suppress(SigndecoderError):
            accepted[path.stem] = read_weights(path).hash
    print(json.dumps({"accepted": accepted, "peak": peak_memory()}))


def main() -> int:
    """Read all cases and print the result; return 1 if a hostile file was accepted."""
    good = random_weights()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_weights(folder / "0.json", good)
        _, usual = read_in_process(folder)
        descriptions = write_cases(folder, list_cases())
        accepted, peak = read_in_process(folder)
    wrong = [descriptions[number] for number, value in accepted.items() if value != good.hash]
    print(
        f"{len(descriptions)} hostile files of weights: {len(wrong)} accepted "
        f"({', '.join(wrong) or 'none'}), {len(accepted) - len(wrong)} read as the good weights "
        "(only unused bytes differ); "
        f"at most {(peak - usual) / 1024:.0f} MiB more memory than for good weights"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _read_all(Path(sys.argv[1]))
    else:
        sys.exit(main())
