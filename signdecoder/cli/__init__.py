"""The command line: the application, and the one place where errors become words and a status."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Annotated, cast

import typer

from signdecoder import __version__
from signdecoder.cli import audit, backup, benchmark, practice, predict, record, train, ui
from signdecoder.cli.io import print_words, say, say_line
from signdecoder.cli.options import Db
from signdecoder.core.errors import ExitStatus, SigndecoderError

# What Typer raises of a command line that it cannot read; it gives the class no name of its own.
_Refusal = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])

app = typer.Typer(
    name="signdecoder",
    # Plain help and plain errors: importing rich would cost a query a quarter of its time.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_SCREENS = (None, "ui", "serve", "practice")  # they hear signals in a way of their own

for command, name, example in (
    (ui.ui, "ui", "signdecoder ui --coach Hawks --signals cap,belt,ear"),
    (ui.serve, "serve", "signdecoder serve --host 0.0.0.0 --port 8000"),
    (practice.practice, "practice", "signdecoder practice --level 2 --seed 417"),
    (train.train, "train", "signdecoder train game.csv --coach Hawks"),
    (predict.query, "query", "signdecoder query ear cap belt --coach Hawks"),
    (
        predict.predict,
        "predict",
        "signdecoder predict next_game.csv --coach Hawks --out answers.csv",
    ),
    (predict.report, "report", "signdecoder report --coach Hawks"),
    (predict.explain, "explain", "signdecoder explain ear cap belt --coach Hawks"),
    (record.log, "log", "signdecoder log ear cap belt --outcome steal --coach Hawks"),
    (record.changed, "changed", "signdecoder changed --coach Hawks"),
    (record.plays, "plays", "signdecoder plays --coach Hawks --last 10"),
    (record.undo, "undo", "signdecoder undo"),
    (record.rename, "rename", "signdecoder rename signal hat cap --coach Hawks"),
    (record.delete, "delete", "signdecoder delete play 12"),
    (record.import_logs, "import", "signdecoder import season/*.csv"),
    (record.export, "export", "signdecoder export hawks.csv --coach Hawks"),
    (record.coaches, "coaches", "signdecoder coaches"),
    (backup.backup, "backup", "signdecoder backup monday.db"),
    (backup.restore, "restore", "signdecoder restore monday.db"),
    (train.simulate, "simulate", "signdecoder simulate --plays 40 --seed 7 --out demo.csv"),
    (benchmark.benchmark, "benchmark", "signdecoder benchmark --coaches 52 --seeds tuning"),
    (audit.audit, "audit", "signdecoder audit --family next --key cap --live belt --steals 0.3"),
    (train.pretrain, "pretrain", "signdecoder pretrain --minutes 30 --out mine.json"),
):
    app.command(name, epilog=f"Example: {example}")(command)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    db: Db = None,
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version, the store and the weights.")
    ] = False,
) -> None:
    """Learn a coach's signs from a log of plays, and tell whether the next sequence is a steal.

    Without a command it opens the terminal UI, where there is a terminal.
    """
    if context.invoked_subcommand not in _SCREENS:
        context.with_resource(_end_when_told())
    if version:
        print_words(f"signdecoder {__version__}\n{predict.describe_setup(db)}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        if ui.has_terminal():
            ui.ui(db=db)
        else:
            print_words(context.get_help())


@contextmanager
def _end_when_told() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: what it was about to write is cleared away."""
    usual = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not usual or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # who is told twice ends at once
    raise SystemExit(ExitStatus.ENDED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; whatever goes wrong is one sentence."""
    try:
        status = app(args=arguments, prog_name="signdecoder", standalone_mode=False)
        if status == ExitStatus.INTERRUPTED:  # Typer keeps the interruption itself for its own
            raise KeyboardInterrupt
        return status if isinstance(status, int) else ExitStatus.DONE
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitStatus.DONE
    except _Refusal as refusal:  # which shows again what was written, whatever that holds
        with StringIO() as page:
            refusal.show(file=page)
            say(page.getvalue().rstrip("\n").expandtabs(4))
        return ExitStatus.USAGE
    except SigndecoderError as error:
        say_line(f"Error: {error}")
        return error.status
    except KeyboardInterrupt:
        say("Interrupted.")
        return ExitStatus.INTERRUPTED
    except OSError as error:
        say_line(f"Error: {error.filename or 'a file'}: {error.strerror or error}")
        return ExitStatus.INPUT
    except MemoryError:
        say("Error: there is not enough memory: close other programs, or give less at once")
        return ExitStatus.INPUT
    except Exception as bug:
        if os.environ.get("SIGNDECODER_DEBUG"):
            raise
        say_line(
            f"Error: signdecoder met a fault of its own ({type(bug).__name__}: {bug}): "
            "set SIGNDECODER_DEBUG=1 and run the command again to see where"
        )
        return ExitStatus.INPUT
    return ExitStatus.DONE
