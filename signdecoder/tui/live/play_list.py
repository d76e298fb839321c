"""The list of plays, newest first: the sequence, the prediction, and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from signdecoder.core.contexts import context_values
from signdecoder.core.moments import moment_of
from signdecoder.core.play import Play
from signdecoder.core.text import percent, printable, width
from signdecoder.rules.parts import Part
from signdecoder.session.events import BeliefUpdated
from signdecoder.tui.labels import format_mark, format_verdict, outcome_label
from signdecoder.tui.messages import PlayPicked

_OUTCOME = 11  # columns of the outcome, which is cut short if it is longer
_PREDICTION = 19  # columns of the prediction
_CHANGED = "── new signs from here ──"
_NO_PLAYS = "No plays yet. The first one appears here."


class PlayList(ScrollView, can_focus=True):
    """Show one line per play. Only visible lines are drawn, however many plays there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("home", "move(-1000000)", "Newest", show=False),
        Binding("end", "move(1000000)", "Oldest", show=False),
        Binding("enter", "pick", "Edit play", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "play--line", "play--cursor", "play--quiet", "play--right", "play--wrong", "play--changed",
        "play--key", "play--live",
    }  # fmt: skip
    cursor: reactive[int] = reactive(0)

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._plays: Sequence[Play] = ()
        self._belief: BeliefUpdated | None = None
        self._change_points: frozenset[int] = frozenset()
        self._wanted: tuple[str, ...] = ()  # words that the plays shown have
        self._parts: dict[Play, tuple[Part, ...]] = {}  # under the rule of the belief
        self._lines: list[int | None] = []  # the play of each line, None for a change of signs

    def show_plays(self, plays: Sequence[Play], change_points: frozenset[int]) -> None:
        """Show these plays, with a line at each recorded change of signs."""
        self._plays, self._change_points = plays, change_points
        self._list_lines()

    def search(self, text: str) -> None:
        """Show only the plays that have all these words among their signals or in their outcome."""
        self._wanted = tuple(text.lower().split())
        self.cursor = 0
        self._list_lines()

    def _list_lines(self) -> None:
        """List the plays that are shown."""
        lines: list[int | None] = []
        for place, play in enumerate(self._plays):
            if place in self._change_points and not self._wanted:
                lines.append(None)
            words = f"{' '.join(play.signals)} {outcome_label(play.outcome)}".lower()
            if all(word in words for word in self._wanted):
                lines.append(place)
        if len(self._plays) in self._change_points and not self._wanted:
            lines.append(None)
        self._lines = lines[::-1]
        self.virtual_size = Size(0, len(self._lines))
        self.cursor = min(self.cursor, max(0, len(self._lines) - 1))
        self.refresh()

    def show_predictions(self, belief: BeliefUpdated | None) -> None:
        """Show the prediction of each play that the decoder has read, and its verdict if known."""
        self._belief, self._parts = belief, {}
        self.refresh()

    @property
    def picked(self) -> Play | None:
        """The play under the cursor."""
        place = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        return None if place is None else self._plays[place]

    def render_line(self, y: int) -> Strip:
        """Draw one line of the list."""
        row = y + self.scroll_offset.y
        wide = self.scrollable_content_region.width
        plain = self.get_component_rich_style("play--line")
        if not self._lines:
            words = "No play has all these words." if self._wanted else _NO_PLAYS
            words = words if y == 0 else ""
            quiet = self.get_component_rich_style("play--quiet")
            return Strip([Segment(words.ljust(wide), quiet)]).crop(0, wide)
        if row >= len(self._lines):
            return Strip.blank(wide, plain)
        place = self._lines[row]
        if place is None:
            changed = self.get_component_rich_style("play--changed")
            if row == self.cursor and self.has_focus:
                changed += self._cursor_style
            return Strip([Segment(_CHANGED.center(wide), changed)]).crop(0, wide)
        strip = Strip(self._draw(place, plain, wide)).crop_extend(0, wide, plain)
        if row == self.cursor and self.has_focus:
            # `apply_style` would lie below the segments, which have a background of their own.
            return Strip(Segment.apply_style(strip, post_style=self._cursor_style), wide)
        return strip

    @property
    def _cursor_style(self) -> Style:
        return self.get_component_rich_style("play--cursor")

    def _draw(self, place: int, plain: Style, wide: int) -> list[Segment]:
        """Draw a play in this many columns."""
        play = self._plays[place]
        quiet = self.get_component_rich_style("play--quiet")
        number = f"{place + 1:>4}  "
        outcome = f"  {outcome_label(play.outcome):<{_OUTCOME}.{_OUTCOME}}"
        predicted, mark, style = "", " ", plain
        belief = self._belief
        if belief and place < len(belief.p_before):
            share = percent(belief.p_before[place])
            predicted = f"{share} {outcome_label(belief.summary.play)}"
            past = belief.past_predictions[place]
            if past:
                mark = format_mark(past.prediction, play.outcome)
                style = self._style_of(mark)
            if past and past.prediction.decides:
                predicted = f"{format_verdict(past.prediction, place)} · {predicted}"
            predicted = predicted[:_PREDICTION]
        room = wide - width(number) - _PREDICTION - len(outcome) - 2
        if room < 8:  # a narrow screen shows the outcome, but not the prediction
            predicted, room = "", wide - width(number) - len(outcome) - 2
        else:
            predicted = predicted.rjust(_PREDICTION)
        return [
            Segment(number, quiet),
            *self._draw_signals(play, plain, max(1, room)),
            Segment(predicted, quiet),
            Segment(outcome, plain),
            Segment(f" {mark}", style),
        ]

    def _draw_signals(self, play: Play, plain: Style, room: int) -> list[Segment]:
        """Draw the signals, with those marked that the likeliest rule has a part for."""
        rules = self._belief.summary.rules if self._belief and self._belief.summary.has_rule else ()
        if play not in self._parts:
            context = context_values(moment_of(play))
            none: tuple[Part, ...] = tuple("" for _ in play.signals)
            self._parts[play] = rules[0].parts(play.signals, context) if rules else none
        text = _fit(" ".join(map(printable, play.signals)), room)
        segments, at = list[Segment](), 0
        for name, part in zip(map(printable, play.signals), self._parts[play], strict=True):
            style = {
                "key": self.get_component_rich_style("play--key"),
                "live": self.get_component_rich_style("play--live"),
            }.get(part, plain)
            segments += [Segment(text[at : at + len(name)], style)]
            segments += [Segment(text[at + len(name) : at + len(name) + 1], plain)]
            at += len(name) + 1
        return [*segments, Segment(text[at:], plain)]

    def _style_of(self, mark: str) -> Style:
        names = {"✓": "play--right", "✗": "play--wrong"}
        return self.get_component_rich_style(names.get(mark, "play--quiet"))

    # --- the cursor -------------------------------------------------------------------------------

    def action_move(self, steps: int) -> None:
        """Move the cursor by this many lines."""
        self.cursor = min(max(0, self.cursor + steps), max(0, len(self._lines) - 1))

    def watch_cursor(self) -> None:
        """Scroll to the cursor."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
        self.refresh()

    def action_pick(self) -> None:
        """Ask the screen to edit the play under the cursor."""
        play = self.picked
        if play is not None and play.id is not None:
            self.post_message(PlayPicked(play.id))

    def on_click(self, event: Click) -> None:
        """Move the cursor to the line. A double click edits its play."""
        row = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= row < len(self._lines):
            again = row == self.cursor and event.chain > 1
            self.cursor = row
            if again:
                self.action_pick()


def _fit(text: str, room: int) -> str:
    """Return the text in exactly this many columns, cut short if it is longer."""
    if width(text) <= room:
        return text + " " * (room - width(text))
    start, used = "", 0
    for character in text:
        if used + width(character) > room - 1:
            break
        start, used = start + character, used + width(character)
    return start + "…" + " " * (room - 1 - used)
