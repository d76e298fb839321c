"""What ``--version`` reports: where the play database is, and which weights are in use."""

from __future__ import annotations

from pathlib import Path

from signdecoder.core.text import printable
from signdecoder.store.store import Store
from signdecoder.workspace.weights_in_use import shipped_hash, tuned_hashes


def describe_setup(db: Path | None) -> str:
    """Return the lines below the version. Loads no arrays, so it needs no NumPy."""
    path = db or Store.default_path()
    lines = [f"store    {printable(str(path))}", f"weights  shipped {shipped_hash()[:12]}"]
    if path.exists():  # showing the version must not create a store
        with Store.open(path) as store:
            lines += [
                f"         tuned {digest[:12]} for {play}"
                for play, digest in tuned_hashes(store).items()
            ]
    return "\n".join(lines)
