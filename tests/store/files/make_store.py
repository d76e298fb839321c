"""Write a store with the version of signdecoder on the path, with operations of every kind.

    python tests/store/files/make_store.py FILE

version-1.sqlite is of commit 0f36c38, version-2.sqlite of 0336e40, version-3.sqlite of 1c02889,
each the last of its version before a step was added (version 3: before backups), by the script
as it stood there. version-4.sqlite is of the commit that added attributes, version-5.sqlite of the
one that added same plays, version-6.sqlite of the one that added letters, version-7.sqlite of the
one that keeps the last number of a play, version-8.sqlite of the one whose identities have days,
version-9.sqlite of the one that erases plays for good.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from signdecoder.core.play import Play
from signdecoder.logs.play_log import PlayLog
from signdecoder.store.store import Store
from signdecoder.workspace import saved_beliefs

# What earlier versions do not have.
LATER: tuple[tuple[str, Callable[[Store], object]], ...] = (
    ("add_change_point", lambda store: store.add_change_point("Hawks")),
    ("save_keypad", lambda store: _save_keypad(store)),
    ("save_attributes", lambda store: _save_attributes(store)),
    ("save_same_plays", lambda store: _save_same_plays(store)),
    ("case_matters", lambda store: _import_letters(store)),
    ("save_draft", lambda store: store.save_draft("Hawks", ("cap", "ear"))),
)


def _save_keypad(store: Store) -> None:
    from signdecoder.core.keypad import assign_keys

    store.save_keypad("Hawks", assign_keys(["cap", "ear", "wink"]))


def _save_attributes(store: Store) -> None:
    from signdecoder.core.attributes import parse_attributes

    store.save_attributes("Hawks", parse_attributes({"cap": "cloth", "lobe": ["skin", "left"]}))


def _save_same_plays(store: Store) -> None:
    from signdecoder.core.same_plays import parse_same_plays

    store.save_same_plays("Hawks", parse_same_plays("delayed_steal", ["steal,slap"]))


def _import_letters(store: Store) -> None:
    """Import a log that tells upper from lower case, and delete its plays."""
    plays = (Play(("K", "p", "k"), "steal", "Letters"), Play(("p", "K", "b"), "none", "Letters"))
    store.add_logs([PlayLog("letters.csv", plays, (2, 3))])
    store.delete("coach", "Letters")


def make_store(path: Path) -> None:
    """Log, import, edit, rename, delete and undo, and save a belief."""
    with Store.open(path) as store:
        hawks = Play(("cap", "belt", "left ear"), "steal", "Hawks", "Lions", "2026-05-01")
        store.add(replace(hawks, context={"inning": "3", "note": "a, b"}, extra={"Wind": "in"}))
        store.add(replace(hawks, signals=("Nose", "cap"), outcome="none"))
        rows = [
            replace(hawks, signals=("ear",), outcome="unknown", game="Bears", date="2026-04-01"),
            replace(
                hawks, signals=("ear", "belt"), outcome="bunt", game="Bears", date="2026-04-01"
            ),
            Play(("x", "y"), "squeeze", "Öwls", "Bears", "2026-04-01"),
        ]
        store.add_logs([PlayLog("bears.csv", tuple(rows), (2, 3, 4))])
        store.edit(2, replace(hawks, signals=("nose", "cap", "ear"), outcome="not_steal"))
        store.rename("signal", "ear", "lobe", "Hawks")
        for name, do in LATER:
            if hasattr(store, name):
                do(store)
        store.delete("play", 4)
        store.add(replace(hawks, signals=("chin",), outcome="none"))
        store.undo()
        saved_beliefs.save_belief(
            store, "Hawks", "steal", saved_beliefs.SavedBelief(b"belief", "89901e6d4f29", 3, "d1")
        )


if __name__ == "__main__":
    make_store(Path(sys.argv[1]))
