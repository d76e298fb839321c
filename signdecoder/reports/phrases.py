"""Names and short phrases that reports and screens share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from signdecoder.core.contexts import is_missing
from signdecoder.core.outcomes import NONE, NOT_STEAL, OUTCOMES, UNKNOWN
from signdecoder.core.text import count, percent, printable
from signdecoder.decoder.prediction import MISSED_VERDICT, NOT_ENOUGH

if TYPE_CHECKING:
    from signdecoder.core.contexts import ContextKind
    from signdecoder.decoder.prediction import Prediction

_WORTH_SAYING = 0.05  # probability of the other answer from which missed signals are mentioned
_MANY_PLAYS = 40  # after which "can't tell yet" would promise too much


def outcome_name(outcome: str) -> str:
    """Return an outcome as people write it, such as ``hit and run``.

    Parameters
    ----------
    outcome : str
        The outcome as it is stored; it may be a name of the user's own.

    Returns
    -------
    str
        The name, safe to print.

    Examples
    --------
    >>> outcome_name("hit_and_run")
    'hit and run'
    """
    return printable(outcome.replace("_", " "))


def verdict_name(verdict: str, n_plays: int) -> str:
    """Return a verdict as people read it.

    Parameters
    ----------
    verdict : str
        The verdict of a prediction.
    n_plays : int
        How many plays the decoder has read.

    Returns
    -------
    str
        The called play, ``hold``, ``unknown``, ``can't tell yet``, or after many plays ``no clear
        read``.

    Examples
    --------
    >>> verdict_name("not enough plays", 3)
    "can't tell yet"
    """
    if verdict != NOT_ENOUGH:
        return outcome_name(verdict)
    return "can't tell yet" if n_plays < _MANY_PLAYS else "no clear read"


def format_prediction(prediction: Prediction, n_plays: int, *, all_plays: bool = False) -> str:
    """Format the verdict and the probability, such as ``HOLD · 2% steal``.

    Parameters
    ----------
    prediction : Prediction
        The prediction of a sequence.
    n_plays : int
        How many plays the decoder has read.
    all_plays : bool, optional
        Whether to name another play if that is called.

    Returns
    -------
    str
        One line without the name of the coach.
    """
    other = prediction.other_play if all_plays else None
    if other:
        name = outcome_name(other)
        return f"{name.upper()} · {percent(prediction.chances[other])} {name}"
    is_unknown = all_plays and prediction.hangs_on_missed
    verdict = MISSED_VERDICT if is_unknown else prediction.verdict
    words = verdict_name(verdict, n_plays).upper()
    return f"{words} · {percent(prediction.probability)} {outcome_name(prediction.play)}"


def format_chances(chances: Mapping[str, float]) -> str:
    """Format the probability of every play, the likeliest first.

    Parameters
    ----------
    chances : mapping of str to float
        The probabilities.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> format_chances({"hit_and_run": 0.9, "none": 0.07, "steal": 0.03})
    'hit and run 90%, none 7%, steal 3%'
    """
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    return ", ".join(f"{outcome_name(play)} {percent(p)}" for play, p in ranked)


def format_tally(plays: int, called: int, play: str, none: str = "no {} yet") -> str:
    """Format how many plays were logged, such as ``31 plays, 9 steals``.

    Parameters
    ----------
    plays, called : int
        The number of plays, and of called plays among them.
    play : str
        The called play.
    none : str, optional
        What to write if there is no called play; ``{}`` is its name.

    Returns
    -------
    str
        The two numbers with their nouns.

    Examples
    --------
    >>> format_tally(31, 9, "steal")
    '31 plays, 9 steals'
    >>> format_tally(3, 0, "bunt")
    '3 plays, no bunt yet'
    """
    if called:
        return f"{count(plays, 'play')}, {count_play(called, play)}"
    return f"{count(plays, 'play')}, {none.format(outcome_name(play))}"


def count_play(number: int, play: str) -> str:
    """Count called plays, such as ``9 steals``.

    Parameters
    ----------
    number : int
        How many.
    play : str
        The called play.

    Returns
    -------
    str
        The number with its noun.

    Examples
    --------
    >>> count_play(1, "steal"), count_play(2, "fake")
    ('1 steal', '2 × fake')
    """
    # The plural of a name that the user made up is not known.
    name = outcome_name(play)
    return _count(number, name) if play in OUTCOMES else f"{number} × {name}"


def format_kinds(called_as: Mapping[str, int], play: str) -> str:
    """Format how many called plays were logged by another name: ``of them 4 double steals``.

    Parameters
    ----------
    called_as : mapping of str to int
        How many of the called plays were logged with each outcome.
    play : str
        The called play.

    Returns
    -------
    str
        The kinds with their counts, after a comma; empty if there are none.

    Examples
    --------
    >>> format_kinds({"steal": 27, "double_steal": 4, "delayed_steal": 1}, "steal")
    ', of them 4 double steals and 1 delayed steal'
    """
    kinds = [count_play(n, kind) for kind, n in called_as.items() if kind != play]
    if len(kinds) > 1:
        kinds = [", ".join(kinds[:-1]), kinds[-1]]
    return f", of them {' and '.join(kinds)}" if kinds else ""


def format_calls_to_go(calls: int, play: str) -> str:
    """Format how many more called plays it takes: ``About 2 more steals should crack it``.

    Parameters
    ----------
    calls : int
        The estimated number of called plays.
    play : str
        The called play.

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> format_calls_to_go(2, "steal")
    'About 2 more steals should crack it'
    """
    name = outcome_name(play)
    more = _count(calls, f"more {name}") if play in OUTCOMES else f"{calls} more {name}"
    return f"About {more} should crack it"


def _count(number: int, name: str) -> str:
    return count(number, name, name if name.endswith("ing") else "")


def advice_without_call(play: str, outcomes: Mapping[str, int] | None = None) -> str:
    """Say what to do if the called play was never logged.

    Parameters
    ----------
    play : str
        The called play.
    outcomes : mapping of str to int, optional
        How many plays had each outcome; other plays among them are suggested.

    Returns
    -------
    str
        One or two sentences.
    """
    name = outcome_name(play)
    advice = f"No {name} logged yet. Log more plays: two or three of them identify most signs."
    others = Counter(
        {o: n for o, n in (outcomes or {}).items() if o not in (play, NONE, UNKNOWN, NOT_STEAL)}
    )
    if others:
        named = ", ".join(f"{outcome} ({n})" for outcome, n in others.most_common(5))
        advice += f" Or name a play that was logged with --play: {named}."
    return advice


def missed_notes(prediction: Prediction, *, all_plays: bool = False) -> list[str]:
    """Say what missed signals mean for a prediction.

    Parameters
    ----------
    prediction : Prediction
        The prediction.
    all_plays : bool, optional
        Whether every play is asked about, not one.

    Returns
    -------
    list of str
        That the signal that counts was missed, or how probably what was missed would give the other
        answer; empty if it hardly matters.

    Examples
    --------
    >>> from signdecoder.decoder.prediction import Prediction
    >>> missed_notes(Prediction(("cap", "?"), "steal", 0.3, 0.3, 0.3, "unknown", missed=0.3))
    ['you missed the signal that counts']
    """
    if prediction.verdict == MISSED_VERDICT or (all_plays and prediction.hangs_on_missed):
        return ["you missed the signal that counts"]
    if prediction.missed < _WORTH_SAYING or not prediction.decides:
        return []
    return [f"what you missed gives the other answer with {percent(prediction.missed)}"]


def moment_notes(prediction: Prediction, context_needed: ContextKind | None) -> list[str]:
    """Say what the moment of the play means for a prediction.

    Parameters
    ----------
    prediction : Prediction
        The prediction.
    context_needed : ContextKind or None
        What the coach's rule depends on.

    Returns
    -------
    list of str
        That nobody is on base, or what the question should have said; empty if neither.
    """
    if prediction.is_impossible:
        return [f"nobody is on base: no {outcome_name(prediction.play)} can follow"]
    missing = context_needed and is_missing(prediction.moment, context_needed)
    return [context_needed.request] if context_needed and missing else []
