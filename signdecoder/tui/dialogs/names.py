"""The dialog that opens, creates, renames, merges and deletes coaches, games and signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList, TabbedContent, TabPane
from textual.widgets.option_list import Option

from signdecoder.core.text import count, printable

Kind = Literal["coach", "game", "signal"]
NameAction = Literal["open", "new", "rename", "delete", "key"]
_TITLES: dict[Kind, str] = {"coach": "Coaches", "game": "Games", "signal": "Signals"}
_MORE = "Del delete · ← → other lists · Esc close"
_KEYS: dict[Kind, str] = {
    "coach": f"Enter open · N new · R rename or merge · {_MORE}",
    "game": f"Enter open · N new · R rename or merge · {_MORE}",
    "signal": f"Enter rename or merge · N new · K key · {_MORE}",
}


@dataclass(frozen=True, slots=True)
class NameCommand:
    """What to do with a coach, a game or a signal. The name is empty for a new one."""

    action: NameAction
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name, its number of plays, and the key of a signal."""

    name: str
    n_plays: int
    key: str = ""
    current: bool = False


class NamesScreen(ModalScreen[NameCommand | None]):
    """Show three lists. The answer is what to do, or None if closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("left", "turn(-1)", "Previous list", show=False, priority=True),
        Binding("right", "turn(1)", "Next list", show=False, priority=True),
        Binding("n", "act('new')", "New"),
        Binding("r", "act('rename')", "Rename or merge"),
        Binding("d,delete", "act('delete')", "Delete"),
        Binding("k", "act('key')", "Key"),
    ]

    def __init__(self, names: Mapping[Kind, Sequence[NameEntry]], shown: Kind = "coach") -> None:
        super().__init__()
        self._names, self._shown = names, shown

    def compose(self) -> ComposeResult:
        """Lay out a tab for each kind, and what the keys do."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Coaches, games, signals"
            with TabbedContent(initial=self._shown):
                for kind, title in _TITLES.items():
                    with TabPane(title, id=kind):
                        yield OptionList(*map(_option, self._names[kind]), id=f"{kind}-list")
            yield Label("", classes="quiet", id="keys")

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self._list.focus()
        self._show_keys()

    @property
    def _kind(self) -> Kind:
        active = self.query_one(TabbedContent).active
        return next(kind for kind in _TITLES if kind == active)

    @property
    def _list(self) -> OptionList:
        return self.query_one(f"#{self._kind}-list", OptionList)

    def action_turn(self, steps: int) -> None:
        """Go to another list."""
        kinds = list(_TITLES)
        place = (kinds.index(self._kind) + steps) % len(kinds)
        self.query_one(TabbedContent).active = kinds[place]
        self.call_after_refresh(lambda: self._list.focus())

    def on_tabbed_content_tab_activated(self) -> None:
        """Show the keys of this list."""
        self._show_keys()

    def _show_keys(self) -> None:
        """Show what the keys do with a name of this list."""
        self.query_one("#keys", Label).update(_KEYS[self._kind])

    def on_option_list_option_selected(self) -> None:
        """Open a coach or a game, or rename a signal."""
        self.action_act("rename" if self._kind == "signal" else "open")

    def action_act(self, action: NameAction) -> None:
        """Answer with the action and the name under the cursor."""
        if action == "new":
            self.dismiss(NameCommand("new", self._kind))
            return
        place = self._list.highlighted
        if place is not None and (action != "key" or self._kind == "signal"):
            self.dismiss(NameCommand(action, self._kind, self._names[self._kind][place].name))

    def action_close(self) -> None:
        """Answer None."""
        self.dismiss(None)


def _option(entry: NameEntry) -> Option:
    key = f"{entry.key}  " if entry.key else ""
    mark = "● " if entry.current else "  "
    return Option(
        Content.assemble(
            mark,
            key,
            printable(entry.name),
            Content.styled(f"  {count(entry.n_plays, 'play')}", "$quiet"),
        )
    )
