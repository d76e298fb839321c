"""Run commands on stores that are damaged or that do damage.

`python -m tests.long.hostile_stores` prints how the commands ended. A traceback is a failure.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.hostile_stores import damage_store, list_damages, make_store
from tests.support.shell import run_checked


def main() -> int:
    """Run the commands and print how they ended; return 1 if one ended with a traceback."""
    os.environ["SIGNDECODER_DEBUG"] = "1"  # a bug raises its exception
    ended: Counter[str] = Counter()
    with TemporaryDirectory() as name:
        good, path, out = Path(name) / "good.db", Path(name) / "x.db", f"{name}/out.csv"
        make_store(good)
        for damage in list_damages():
            damage_store(good, path, damage)
            for command in (
                ["plays", "--coach", "Hawks"], ["query", "cap", "ear", "--coach", "Hawks"],
                ["export", out], ["log", "cap", "--outcome", "none", "--coach", "Hawks"],
                ["undo"], ["coaches"],
            ):  # fmt: skip
                try:
                    ended[f"status {run_checked(['--db', str(path), *command]):d}"] += 1
                except Exception as error:
                    ended["a traceback"] += 1
                    print(f"{damage} {command}: {error!r}")
    stores = sum(1 for _ in list_damages())
    print(f"{stores} hostile stores, {ended.total()} commands: {dict(ended)}")
    return 1 if ended["a traceback"] else 0


if __name__ == "__main__":
    sys.exit(main())
