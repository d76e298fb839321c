"""What ``--version`` reports: the version, the play database, and the weights in use."""

from __future__ import annotations

from pathlib import Path

from signdecoder import __version__
from signdecoder.cli.io import print_text
from signdecoder.cli.settings import default_store
from signdecoder.core.errors import ExitStatus
from signdecoder.core.text import printable
from signdecoder.store.store import Store
from signdecoder.workspace.weights_in_use import shipped_hash, tuned_hashes


def print_setup(db: Path | None = None) -> int:
    """Print the version, the path of the play database, and which weights are used."""
    path = db or default_store() or Store.default_path()
    lines = [
        f"signdecoder {__version__}",
        f"store    {printable(str(path))}",
        f"weights  shipped {shipped_hash()[:12]}",
    ]
    if path.exists():  # showing the version must not create a store
        with Store.open(path) as store:
            lines += [
                f"         tuned {digest[:12]} for {play}"
                for play, digest in tuned_hashes(store).items()
            ]
    print_text("\n".join(lines))
    return ExitStatus.DONE
