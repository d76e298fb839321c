"""The live screen's dialogs and commands: help, plays, names, files and training."""

from __future__ import annotations

from collections import Counter

from textual import work

from signdecoder.core.errors import SigndecoderError
from signdecoder.core.keypad import remove_signal, set_key
from signdecoder.core.names import fold
from signdecoder.core.play import Play
from signdecoder.core.text import printable
from signdecoder.session.events import LogChanged
from signdecoder.session.training_process import BackgroundTraining
from signdecoder.store.editing import RenameKind
from signdecoder.tui.config import AppConfig
from signdecoder.tui.dialogs.edit_play import EditPlayScreen
from signdecoder.tui.dialogs.help import HelpScreen
from signdecoder.tui.dialogs.import_log import ImportScreen
from signdecoder.tui.dialogs.names import Kind, NameCommand, NameEntry, NamesScreen
from signdecoder.tui.dialogs.prompt import PromptScreen
from signdecoder.tui.dialogs.training import TrainingScreen
from signdecoder.tui.files.screen_files import ScreenFiles, suggest_file_name
from signdecoder.tui.input_queue import DIALOG
from signdecoder.tui.keys import format_table
from signdecoder.tui.labels import format_training
from signdecoder.tui.live.display import LiveDisplay
from signdecoder.tui.live.help import LIVE_HELP
from signdecoder.tui.live.play_list import PlayList
from signdecoder.tui.live.play_search import PlaySearch
from signdecoder.tui.live.training_status import TrainingStatus


class LiveCommands(LiveDisplay):
    """Open the dialogs, and have the service do what they answer."""

    def __init__(self, config: AppConfig, files: ScreenFiles) -> None:
        super().__init__(config)
        self._files = files
        self.training: BackgroundTraining | None = None

    async def on_unmount(self) -> None:  # in addition to the one of LiveDisplay
        """End the training."""
        if self.training is not None:
            await self.training.terminate()

    # --- help, plays ------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show help on logging, on what the screen shows, and every key."""
        self.app.push_screen(HelpScreen(LIVE_HELP, format_table()))

    def action_why(self) -> None:
        """Explain the current sequence, the play under the cursor, or the last sequence.

        The current sequence comes first, then a play of the list if the list has the focus.
        """
        plays = self.query_one(PlayList)
        picked = plays.picked.signals if plays.has_focus and plays.picked is not None else ()
        signals = self.draft.signals or picked or self.last_sequence
        if signals:
            self.awaiting_explanation = True
            self.service.request_explanation(signals, self.moment)
        else:
            self.notify("Enter a sequence first.", severity="warning")

    def leave_panel(self) -> None:
        """Go back to the sequence; a narrow screen hides the plays again."""
        self.set_focus(None)
        self.remove_class("plays-shown")

    @work(group=DIALOG)
    async def action_to_plays(self) -> None:
        """Go to the list of plays, or back."""
        if self.query_one(PlayList).has_focus:
            self.leave_panel()
            return
        await self._show_plays()
        self.set_focus(self.query_one(PlayList))

    async def _show_plays(self) -> None:
        """Make room for the plays on a narrow screen: a hidden list cannot have the focus."""
        if self.has_class("-narrow"):
            self.add_class("plays-shown")
            await self.wait_for_refresh()

    @work(group=DIALOG)
    async def action_search(self) -> None:
        """Search the plays."""
        await self._show_plays()
        self.query_one(PlaySearch).begin()

    @work(group=DIALOG)
    async def action_edit_play(self, number: int) -> None:
        """Edit or delete a play."""
        plays = self.play_log.plays if self.play_log else ()
        place = next((n for n, p in enumerate(plays) if p.id == number), None)
        if place is None:
            return
        play = plays[place]
        answer = await self.app.push_screen_wait(EditPlayScreen(play, place + 1))
        if answer == "delete":
            self.service.delete_play(play)
        elif isinstance(answer, Play) and answer != play:
            self.service.edit(play, answer)

    def action_delete_play(self) -> None:
        """Delete the play under the list's cursor."""
        plays = self.query_one(PlayList)
        if plays.has_focus and plays.picked is not None and plays.picked.id is not None:
            self.service.delete_play(plays.picked)

    # --- names ------------------------------------------------------------------------------------

    @work(group=DIALOG)
    async def action_names(self, kind: Kind = "coach") -> None:
        """Show the coaches, games and signals, and do what is chosen there."""
        if self.play_log is None:
            return
        dialog = NamesScreen(self._list_names(self.play_log), kind)
        command = await self.app.push_screen_wait(dialog)
        if command is not None:
            await self._run(command, self.play_log)

    def _list_names(self, log: LogChanged) -> dict[Kind, list[NameEntry]]:
        """List the coaches, games and signals with their numbers of plays."""
        games = Counter(play.game for play in log.plays if play.game)
        games.setdefault(self.game, 0)
        signals = Counter(log.name_key(name) for play in log.plays for name in set(play.signals))
        coaches = dict(log.coaches)
        coaches.setdefault(log.coach, 0)
        return {
            "coach": [
                NameEntry(name, n_plays, current=fold(name) == fold(log.coach))
                for name, n_plays in coaches.items()
            ],
            "game": [
                NameEntry(name, n_plays, current=fold(name) == fold(self.game))
                for name, n_plays in games.items()
            ],
            "signal": [NameEntry(s.name, signals[log.name_key(s.name)], s.key) for s in log.keypad],
        }

    async def _run(self, command: NameCommand, log: LogChanged) -> None:
        """Do what was chosen, after asking for a new name or key where that is needed."""
        kind, name = command.kind, command.name
        match command.action:
            case "open" if kind == "coach":
                self.load_coach(name)
            case "open":
                self._start_game(name)
            case "new":
                await self._create(kind)
            case "rename":
                new = await self._ask(f"Rename {kind}", f"New name for {name}", name)
                if new:
                    self._rename(kind, name, new, log)
            case "delete":
                self._delete(kind, name, log)
            case "key":
                letter = await self._ask("Key", f"Letter or digit for {name}")
                if letter:
                    self.service.update_keypad(
                        lambda keypad, key: set_key(keypad, name, letter, key)
                    )

    async def _create(self, kind: Kind) -> None:
        """Ask for the name of a new coach, game or signal."""
        if kind == "signal":
            await self.run_action("add_signal")
            return
        name = await self._ask(f"New {kind}", f"Name of the {kind}")
        if name and kind == "coach":
            self.load_coach(name)
        elif name:
            self._start_game(name)

    def _start_game(self, game: str) -> None:
        """Start a game, or go on with one."""
        self.current_game.start(game)
        if self.play_log is not None:
            self.load_coach(self.play_log.coach)

    def _rename(self, kind: RenameKind, old: str, new: str, log: LogChanged) -> None:
        """Rename a coach, game or signal, in the store if it is there."""
        stored = {
            "coach": bool(log.plays) or fold(old) != fold(log.coach),
            "game": any(fold(play.game) == fold(old) for play in log.plays),
            "signal": True,
        }
        if kind == "game" and fold(old) == fold(self.game):
            self.current_game.rename(new)
        if stored[kind]:
            self.service.rename(kind, old, new, None if kind == "coach" else log.coach)
        else:  # no play has that name yet: only the next plays get the new one
            self.load_coach(new if kind == "coach" else log.coach)
        if kind == "signal":
            self.set_draft(self.draft.rename(old, new))

    def _delete(self, kind: Kind, name: str, log: LogChanged) -> None:
        """Delete a coach or a game, or remove a signal from the keypad."""
        if kind == "signal":
            self.service.update_keypad(lambda keypad, key: remove_signal(keypad, name, key))
        else:
            self.service.delete(kind, name, None if kind == "coach" else log.coach)

    async def _ask(self, title: str, question: str, value: str = "") -> str | None:
        """Ask for one line of text."""
        return await self.app.push_screen_wait(PromptScreen(title, question, value))

    # --- files, training --------------------------------------------------------------------------

    @work(group=DIALOG)
    async def action_import_log(self) -> None:
        """Import a CSV file."""
        try:
            dialog = ImportScreen(self._files)
        except SigndecoderError as error:
            self.notify(printable(str(error)), severity="error", timeout=8, markup=False)
            return
        work = await self.app.push_screen_wait(dialog)
        if work is not None:
            self.service.update_store(work)

    @work(group=DIALOG)
    async def action_export_log(self) -> None:
        """Export this coach's plays to a CSV file, which a browser downloads."""
        log = self.play_log
        if log is None or not log.plays:
            self.notify("No plays to export yet.", severity="warning")
            return
        file: str | None = suggest_file_name(log.coach)
        if self._files.asks_for_path:
            file = await self._ask("Export plays", "File to write", file or "")
        if file:
            self._export(log.plays, file)

    @work(thread=True, exclusive=False)
    def _export(self, plays: tuple[Play, ...], file: str) -> None:
        """Export plays in a thread, and say how it went."""
        words, severity = self._files.export(plays, file)
        self.app.call_from_thread(
            self.notify, printable(words), severity=severity, timeout=6, markup=False
        )

    def action_train(self) -> None:
        """Show the training dialog, from which a training is started."""
        training = self.training if self.training and self.training.is_running else None
        self.app.push_screen(TrainingScreen(self._start_training, training))

    def _start_training(self) -> BackgroundTraining:
        """Start a training."""
        self.training = BackgroundTraining(self.config.train)
        self._train(self.training)
        return self.training

    @work(group="training")
    async def _train(self, training: BackgroundTraining) -> None:
        """Run a training, and use the new weights if it succeeds."""
        status = self.query_one(TrainingStatus)
        status.show(training)
        await training.run(lambda: status.show(training))
        if training.succeeded:
            self.service.reload_decoder(format_training(training))
        else:
            self.notify(printable(format_training(training)), severity="warning", markup=False)
