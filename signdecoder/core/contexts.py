"""The five values of a moment that a coach's signs may depend on.

Coaches change their key by inning, outs or count.
"""

from __future__ import annotations

from typing import NamedTuple

from signdecoder.core.moments import Moment

NOT_NOTED = -1  # the value of a context that nobody noted


class ContextKind(NamedTuple):
    """One way in which a coach's signs may depend on the moment of the game.

    Attributes
    ----------
    name : str
        Its name.
    n_values : int
        How many values it has, numbered from 0.
    columns : tuple of str
        The columns of a log that its value is computed from.
    value_words : tuple of str
        When each value holds, to follow a statement: the key sign is the cap *with none out*.
    depends_on : str
        What a prediction depends on: *depends on outs*.
    """

    name: str
    n_values: int
    columns: tuple[str, ...]
    value_words: tuple[str, ...]
    depends_on: str

    @property
    def options(self) -> str:
        """The options of a command that say it, such as ``--balls and --strikes``."""
        return " and ".join(f"--{column}" for column in self.columns)

    @property
    def request(self) -> str:
        """What to tell somebody who asked without it."""
        return f"depends on {self.depends_on}: give {self.options}"


CONTEXT_KINDS = (
    ContextKind(
        "inning_parity", 2, ("inning",), ("in odd innings", "in even innings"), "the inning"
    ),
    ContextKind(
        "inning_rotation", 3, ("inning",),
        ("in innings 1, 4, 7, …", "in innings 2, 5, 8, …", "in innings 3, 6, 9, …"), "the inning",
    ),
    ContextKind("outs", 3, ("outs",), ("with none out", "with one out", "with two out"), "outs"),
    ContextKind(
        "ahead", 2, ("balls", "strikes"), ("with the batter ahead", "otherwise"), "the count"
    ),
    ContextKind(
        "half", 2, ("half",), ("in the top half", "in the bottom half"), "the half of the inning"
    ),
)  # fmt: skip
NO_CONTEXT = (NOT_NOTED,) * len(CONTEXT_KINDS)


def context_values(moment: Moment) -> tuple[int, ...]:
    """Compute the value of each context in CONTEXT_KINDS.

    Parameters
    ----------
    moment : Moment
        When the play was.

    Returns
    -------
    tuple of int
        A value for each kind, in the order of CONTEXT_KINDS; NOT_NOTED where it is not known.

    Examples
    --------
    >>> context_values(Moment(inning=4, half="top", outs=1))
    (1, 0, 1, -1, 0)
    >>> context_values(Moment(balls=3, strikes=1))
    (-1, -1, -1, 0, -1)
    """
    inning, half, balls, strikes = moment.inning, moment.half, moment.balls, moment.strikes
    return (
        NOT_NOTED if inning is None else (inning - 1) % 2,
        NOT_NOTED if inning is None else (inning - 1) % 3,
        NOT_NOTED if moment.outs is None else moment.outs,
        NOT_NOTED if balls is None or strikes is None else int(balls <= strikes),
        NOT_NOTED if half is None else int(half == "bottom"),
    )


def is_missing(moment: Moment, kind: ContextKind) -> bool:
    """Return whether a moment lacks the value of a context.

    Parameters
    ----------
    moment : Moment
        When a play was.
    kind : ContextKind
        What to look for.

    Returns
    -------
    bool
        True if its value is not known.
    """
    return context_values(moment)[CONTEXT_KINDS.index(kind)] == NOT_NOTED
