"""What is done beside logging: names, files, training, help. The live screen builds on it."""

from __future__ import annotations

from collections import Counter

from textual import work

from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.core.text import printable
from signdecoder.session.events import LogChanged
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.store.editing import Renamed
from signdecoder.store.keypads import remove_signal, set_key
from signdecoder.tui.config import AppConfig
from signdecoder.tui.dialogs.edit_play import EditPlayScreen
from signdecoder.tui.dialogs.export_log import export_log, name_file
from signdecoder.tui.dialogs.help import GENERAL, HelpScreen, list_keys
from signdecoder.tui.dialogs.import_log import ImportScreen
from signdecoder.tui.dialogs.names import Errand, Kind, Named, NamesScreen
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.dialogs.training import TrainingScreen
from signdecoder.tui.input_queue import DIALOG
from signdecoder.tui.labels import training_words
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.screen_base import LiveScreenBase
from signdecoder.tui.live.training_status import TrainingStatus


class LiveCommands(LiveScreenBase):
    """Opens the dialogs, and has the desk do what they answer."""

    def __init__(self, setup: AppConfig) -> None:
        super().__init__(setup)
        self.training: BackgroundTraining | None = None

    async def on_unmount(self) -> None:  # beside the desk's own
        """End a training."""
        if self.training is not None:
            await self.training.end()

    # --- help, plays ------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Help on the panel that has the focus, or on logging."""
        about = getattr(self.focused, "HELP", GENERAL)
        self.app.push_screen(HelpScreen(about, list_keys(self)))

    def action_why(self) -> None:
        """Why it is thought so of the sequence, of the play that the cursor is on, or of the last.

        What is being given comes first, then a play of the list where that has the focus.
        """
        plays = self.query_one(PlayList)
        picked = plays.picked.signals if plays.has_focus and plays.picked is not None else ()
        signals = self.draft.signals or picked or self.last
        if signals:
            self.explains = True
            self.desk.explain(signals)
        else:
            self.notify("there is no sequence to explain yet", severity="warning")

    def leave_panel(self) -> None:
        """Back to the sequence; on a narrow screen the plays make room again."""
        self.set_focus(None)
        self.remove_class("plays-shown")

    @work(group=DIALOG)
    async def action_to_plays(self) -> None:
        """To the list of plays, or back."""
        plays = self.query_one(PlayList)
        if plays.has_focus:
            self.leave_panel()
            return
        if self.has_class("-narrow"):
            self.add_class("plays-shown")
            await self.wait_for_refresh()  # what is not shown cannot have the focus
        self.set_focus(plays)

    @work(group=DIALOG)
    async def action_edit_play(self, number: int) -> None:
        """Change a play, or take it out."""
        play = next((p for p in self.book.plays if p.id == number), None) if self.book else None
        if play is None:
            return
        answer = await self.app.push_screen_wait(EditPlayScreen(play))
        if answer == "delete":
            self.desk.delete("play", number)
        elif isinstance(answer, Play) and answer != play:
            self.desk.edit(number, answer)

    def action_delete_play(self) -> None:
        """Take out the play that the list's cursor is on."""
        plays = self.query_one(PlayList)
        if plays.has_focus and plays.picked is not None and plays.picked.id is not None:
            self.desk.delete("play", plays.picked.id)

    # --- names ------------------------------------------------------------------------------------

    @work(group=DIALOG)
    async def action_names(self, kind: Kind = "coach") -> None:
        """Coaches, games and signals."""
        if self.book is None:
            return
        errand = await self.app.push_screen_wait(NamesScreen(self._list_names(self.book), kind))
        if errand is not None:
            await self._run(errand, self.book)

    def _list_names(self, book: LogChanged) -> dict[Kind, list[Named]]:
        games = Counter(play.game for play in book.plays if play.game)
        games.setdefault(self.game, 0)
        shown = Counter(fold(name) for play in book.plays for name in set(play.signals))
        coaches = dict(book.coaches)
        coaches.setdefault(book.coach, 0)
        return {
            "coach": [
                Named(name, plays, current=fold(name) == fold(book.coach))
                for name, plays in coaches.items()
            ],
            "game": [
                Named(name, plays, current=fold(name) == fold(self.game))
                for name, plays in games.items()
            ],
            "signal": [Named(s.name, shown[fold(s.name)], s.key) for s in book.pad],
        }

    async def _run(self, errand: Errand, book: LogChanged) -> None:
        """Do what was chosen; what needs a word more is asked for."""
        kind, name = errand.kind, errand.name
        match errand.act:
            case "take_up" if kind == "coach":
                self.take_up(name)
            case "take_up":
                self._begin_game(name)
            case "new":
                await self._begin(kind)
            case "rename":
                new = await self._ask(f"Rename {kind}", f"{name} is called from now on:", name)
                if new:
                    self._rename(kind, name, new, book)
            case "delete":
                self._delete(kind, name, book)
            case "key":
                key = await self._ask("Key", f"One letter or digit that gives {name}:")
                if key:
                    self.desk.put_pad(lambda pad: set_key(pad, name, key), f"the key of {name}")

    async def _begin(self, kind: Kind) -> None:
        if kind == "signal":
            await self.run_action("add_signal")
            return
        new = await self._ask(f"New {kind}", f"Name of the {kind}:")
        if new and kind == "coach":
            self.take_up(new)
        elif new:
            self._begin_game(new)

    def _begin_game(self, game: str) -> None:
        self.game_day.begin(game)
        if self.book is not None:
            self.take_up(self.book.coach)

    def _rename(self, kind: Renamed, old: str, new: str, book: LogChanged) -> None:
        recorded = {
            "coach": bool(book.plays) or fold(old) != fold(book.coach),
            "game": any(fold(play.game) == fold(old) for play in book.plays),
            "signal": True,
        }
        if kind == "game" and fold(old) == fold(self.game):
            self.game_day.rename(new)
        if recorded[kind]:
            self.desk.rename(kind, old, new, None if kind == "coach" else book.coach)
        else:  # nothing is recorded by that name: it is only what the next plays go under
            self.take_up(new if kind == "coach" else book.coach)
        if kind == "signal":
            self.give(self.draft.rename(old, new))

    def _delete(self, kind: Kind, name: str, book: LogChanged) -> None:
        if kind == "signal":
            words = f"without the signal {name}"
            self.desk.put_pad(lambda pad: remove_signal(pad, name), words)
        else:
            self.desk.delete(kind, name, None if kind == "coach" else book.coach)

    async def _ask(self, title: str, what: str, value: str = "") -> str | None:
        return await self.app.push_screen_wait(PromptScreen(title, what, value))

    # --- files, training --------------------------------------------------------------------------

    @work(group=DIALOG)
    async def action_import_log(self) -> None:
        """Read a CSV log."""
        coach = self.book.coach if self.book else self.setup.coach
        answer = await self.app.push_screen_wait(ImportScreen(coach))
        if answer is not None:
            self.desk.do(answer)

    @work(group=DIALOG)
    async def action_export_log(self) -> None:
        """Write this coach's plays as a CSV log."""
        if self.book is None or not self.book.plays:
            self.notify("there are no plays to export yet", severity="warning")
            return
        asked = await self._ask("Export", "File to write:", name_file(self.book.coach))
        if asked:
            book = self.book
            self.run_worker(lambda: export_log(self, book, asked), thread=True, exclusive=False)

    def action_train(self) -> None:
        """Show the training, and begin one where none runs."""
        if self.training is None or not self.training.runs:
            self.training = BackgroundTraining(self.setup.train)
            self._train(self.training)
        self.app.push_screen(TrainingScreen(self.training))

    @work(group="training")
    async def _train(self, training: BackgroundTraining) -> None:
        line = self.query_one(TrainingStatus)
        line.show(training)
        await training.run(lambda: line.show(training))
        if training.learned:
            self.desk.renew(training_words(training))
        else:
            self.notify(printable(training_words(training)), severity="warning", markup=False)
