"""The command with which a coach tries his own signs on simulated opponents."""

from collections.abc import Sequence

from signdecoder.cli import audit_options, options
from signdecoder.cli.io import print_json, print_words, quiet_libraries, say, say_line
from signdecoder.cli.progress import show_progress
from signdecoder.core.errors import ExitStatus, SigndecoderError, UsageError
from signdecoder.core.names import parse_name


def audit(
    family: audit_options.Family = "next",
    key: audit_options.Key = None,
    live: audit_options.Live = None,
    second: audit_options.Second = None,
    ordinal: audit_options.Ordinal = None,
    wipe_off: audit_options.WipeOff = None,
    wipes_all: audit_options.WipesAll = False,
    also: audit_options.Also = None,
    steals: audit_options.Steals = None,
    others: audit_options.Others = None,
    signals: audit_options.Signals = None,
    length: audit_options.Length = None,
    steal_length: audit_options.StealLength = None,
    log: audit_options.Log = None,
    compact: options.Compact = False,
    seasons: audit_options.Seasons = 21,
    plays: audit_options.Plays = 40,
    seed: audit_options.Seed = 0,
    weights: options.WeightsFile = None,
    json: options.Json = False,
) -> None:
    """Try your own signs: how soon are they cracked, what gives them away, what would help?

    Opponents log every play of simulated seasons of yours. What you do not tell is as typical
    coaches have it.

    \b
    Kinds of rule (--family), and what to name of each:
      next         the signal right after the key           --key --live
      kth          the second one after the key             --key --live --ordinal
      anywhere     any signal after the key                 --key --live
      before       the signal right before the key          --key --live
      both         key and live signal, in any order        --key --live
      two_after    key, second and live signal in a row     --key --second --live
      between      a signal between the key and the second  --key --live --second
      hot          the live signal alone, without a key     --live --second
      position     the last signal, or the first            --live --ordinal
      twice        the same signal twice running            --live, if only that
      sandwich     the same again two places later          --live, if only that
      count_of     how many times the key comes             --key --live 2
      count_after  how many signals follow the key          --key --live 3 --second
    """
    from signdecoder.audit.coach_spec import make_signs
    from signdecoder.audit.report import audit_document, audit_words
    from signdecoder.audit.rule_input import RoleInput
    from signdecoder.audit.run import audit as run_audit

    number, names = _read_signals(signals)
    told = RoleInput(
        family, key, live, second, wipe_off, wipes_all, ordinal, _read_others(also or []), names
    )
    signs = make_signs(
        told,
        steals=steals,
        others=others,
        count=number,
        length=length,
        call_length=steal_length,
        sequences=_read_own(log, compact) if log is not None else (),
    )
    try:
        with quiet_libraries(), show_progress("audit") as progress:
            done = run_audit(
                signs, seed=seed, seasons=seasons, plays=plays, weights=weights, progress=progress
            )
    except KeyboardInterrupt:
        say("Interrupted: nothing was measured.")
        raise SystemExit(ExitStatus.INTERRUPTED) from None
    if json:
        print_json(audit_document(done))
    else:
        print_words(audit_words(done))


def _read_signals(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """How many signals there are, or their names."""
    if text is None:
        return None, ()
    if text.strip().isdecimal():
        return int(text), ()
    names = tuple(parse_name(part) for part in text.split(",") if part.strip())
    if len(names) < 2:
        raise UsageError(
            f'"{text}" is neither a number nor a list of signals',
            "write it like 9, or like cap,belt,ear,nose",
        )
    return None, names


def _read_others(also: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The other plays, each with what is live for it."""
    pairs: list[tuple[str, str]] = []
    for text in also:
        play, equals, signal = text.partition("=")
        if not (equals and play.strip() and signal.strip()):
            raise UsageError(f'"{text}" is no play with its live signal', "write it like bunt=ear")
        name = options.name_play(play)
        if name == "steal" or name in dict(pairs):
            raise UsageError(f"there are two live signals for {name}", "name one")
        pairs.append((name, parse_name(signal)))
    return tuple(pairs)


def _read_own(file: str, compact: bool) -> tuple[tuple[str, ...], ...]:
    """The coach's own sequences. Raises SigndecoderError where a row is bad or not his."""
    from signdecoder.logs.play_log import read_sequences

    read = read_sequences(file, compact=compact)
    for row in read.bad:
        say_line(f"{read.file}:{row.line}: {row.what}")
    if read.bad:
        raise SigndecoderError(f"nothing was measured, because of {file}", "mend what is wrong")
    if "coach" in read.cells:
        coaches = sorted({name.strip() for name in read.cells["coach"] if name.strip()})
        if len(coaches) > 1:
            raise SigndecoderError(
                f"{file} holds the plays of several coaches ({', '.join(coaches)})",
                "give a log of your own plays alone",
            )
    if not read.signals:
        raise SigndecoderError(f"{file} holds no sequences", "give a log with plays")
    return read.signals
