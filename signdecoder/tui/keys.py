"""The one table of the live screen's keys, from which bindings, help, menu and docs are made."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding


class LiveKey(NamedTuple):
    """A key, the action that it runs, and what that does."""

    id: str  # by which `config.toml` gives it another key
    key: str  # as Textual calls it
    shown: str  # as people read it
    title: str  # in the menu and in the footer
    does: str
    action: str = ""  # the id, unless the action has a parameter
    in_footer: bool = False


# The footer shows its keys in this order until it is full.
LIVE_KEYS = (
    LiveKey("stole", "space", "Space", "Stole", "the runner went: ends and saves the play"),
    LiveKey("stayed", "enter", "Enter", "Stayed", "nothing happened: ends and saves the play"),
    LiveKey("other", "tab", "Tab", "Other play", "another play: choose it by digit or with arrows"),
    LiveKey("missed", "question_mark", "?", "Missed one", "a signal that you did not see"),
    LiveKey("missed_some", "asterisk", "*", "Missed some", "any number of signals unseen, shown …"),
    LiveKey("repeat", "slash", "/", "Repeat", "enter the last sequence again"),
    LiveKey("add_signal", "plus", "+", "New signal", "add a signal to the keypad"),
    LiveKey("undo", "ctrl+z", "Ctrl+Z", "Undo", "undo the last step of any kind", in_footer=True),
    LiveKey("redo", "ctrl+y", "Ctrl+Y", "Redo", "redo what you undid"),
    LiveKey("back", "backspace", "⌫ ", "Back", "undo the last signal, count or play"),
    LiveKey("clear", "escape", "Esc", "Clear", "clear the sequence, or leave the list"),
    LiveKey("flip", "f8", "F8", "Turn outcome", "turn the last outcome: stole to stayed and back"),
    LiveKey("help", "f1", "F1", "Help", "help and every key", in_footer=True),
    LiveKey("names", "f2", "F2", "Coach", "coaches, games and signals", in_footer=True),
    LiveKey("to_plays", "f3", "F3", "Plays", "go to the plays and back", in_footer=True),
    LiveKey("signs_changed", "f4", "F4", "New signs", "they have new signs: start fresh from here",
            in_footer=True),
    LiveKey("why", "f9", "F9", "Why", "explain this prediction", in_footer=True),
    LiveKey("search", "ctrl+f", "Ctrl+F", "Search plays", "search the plays"),
    LiveKey("delete_play", "delete", "Del", "Delete play", "delete the play under the cursor"),
    LiveKey("import_log", "f5", "F5", "Import", "import a CSV file"),
    LiveKey("train", "f6", "F6", "Train", "tune the network on your plays"),
    LiveKey("export_log", "f7", "F7", "Export", "export this coach's plays"),
    LiveKey("ball", "comma", ",", "Ball", "count a ball", "count('ball')"),
    LiveKey("strike", "full_stop", ".", "Strike", "count a strike", "count('strike')"),
    LiveKey("out", "semicolon", ";", "Out", "count an out", "count('out')"),
    LiveKey("half", "apostrophe", "'", "Next half", "the next half-inning", "count('next_half')"),
)  # fmt: skip


def live_bindings() -> list[Binding]:
    """Return the bindings of the live screen."""
    return [
        Binding(
            key.key, key.action or key.id, key.title, key_display=key.shown.strip(),
            show=key.in_footer, id=key.id, tooltip=key.does,
        )
        for key in LIVE_KEYS
    ]  # fmt: skip


def format_table() -> str:
    """Return the table of keys in Markdown, as help and docs show it."""
    rows = [f"| {key.shown.strip()} | {key.does} |" for key in LIVE_KEYS]
    return "\n".join(["| key | does |", "|---|---|", *rows, "| Ctrl+P | the menu of everything |",
                      "| Ctrl+Q | quit; every play in the list is saved |"])  # fmt: skip
