"""Coaches, games and signals: to take up, begin, rename, merge, delete."""

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
Act = Literal["take_up", "new", "rename", "delete", "key"]
_TITLES: dict[Kind, str] = {"coach": "Coaches", "game": "Games", "signal": "Signals"}


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done with which coach, game or signal; ``name`` is empty for a new one."""

    act: Act
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A name with how many plays it is in, and a signal's key."""

    name: str
    plays: int
    key: str = ""
    current: bool = False


class NamesScreen(ModalScreen[Errand | None]):
    """Three lists; answers with what is to be done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("left", "turn(-1)", "Other list", show=False, priority=True),
        Binding("right", "turn(1)", "Other list", show=False, priority=True),
        Binding("n", "act('new')", "New"),
        Binding("r", "act('rename')", "Rename, merge"),
        Binding("d,delete", "act('delete')", "Delete"),
        Binding("k", "act('key')", "Key"),
    ]

    def __init__(self, names: Mapping[Kind, Sequence[Named]], shown: Kind = "coach") -> None:
        super().__init__()
        self._names, self._shown = names, shown

    def compose(self) -> ComposeResult:
        """A tab for each kind, and what the keys do."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Coaches, games, signals"
            with TabbedContent(initial=self._shown):
                for kind, title in _TITLES.items():
                    with TabPane(title, id=kind):
                        yield OptionList(*map(_option, self._names[kind]), id=f"{kind}-list")
            yield Label(
                "Enter takes up · N new · R rename (onto another name: merge) · D delete · K key · "
                "← → other list · Esc leaves",
                classes="quiet",
            )

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self._list.focus()

    @property
    def _kind(self) -> Kind:
        active = self.query_one(TabbedContent).active
        return next(kind for kind in _TITLES if kind == active)

    @property
    def _list(self) -> OptionList:
        return self.query_one(f"#{self._kind}-list", OptionList)

    def action_turn(self, steps: int) -> None:
        """Turn to another list."""
        kinds = list(_TITLES)
        place = (kinds.index(self._kind) + steps) % len(kinds)
        self.query_one(TabbedContent).active = kinds[place]
        self.call_after_refresh(lambda: self._list.focus())

    def on_option_list_option_selected(self) -> None:
        """Take up a coach or a game, or rename a signal."""
        self.action_act("rename" if self._kind == "signal" else "take_up")

    def action_act(self, act: Act) -> None:
        """Answer with the act and the name under the cursor."""
        if act == "new":
            self.dismiss(Errand("new", self._kind))
            return
        place = self._list.highlighted
        if place is not None and (act != "key" or self._kind == "signal"):
            self.dismiss(Errand(act, self._kind, self._names[self._kind][place].name))

    def action_leave(self) -> None:
        """Answer with nothing."""
        self.dismiss(None)


def _option(named: Named) -> Option:
    key = f"{named.key}  " if named.key else ""
    mark = "● " if named.current else "  "
    return Option(
        Content.assemble(
            mark,
            key,
            printable(named.name),
            Content.styled(f"  {count(named.plays, 'play')}", "$quiet"),
        )
    )
