"""What a coach enters about a rule of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Need = Literal["must", "may", ""]


class RuleForm(NamedTuple):
    """What a coach must, or may, say about a rule of the family when they enter their own.

    Attributes
    ----------
    key : {"must", "may", ""}
        The key sign; "" if the family has none.
    live : {"must", "may", ""}
        The live signal, or the number in families that count.
    second : {"must", "may", ""}
        The second signal.
    ordinals : tuple of int
        The steps or positions to choose from; empty if there is no choice.
    default_step : int
        The step if none is given.
    second_is_key : bool
        True if the second signal, if none is given, is the key sign again.
    """

    key: Need = "must"
    live: Need = "must"
    second: Need = ""
    ordinals: tuple[int, ...] = ()
    default_step: int = 1
    second_is_key: bool = False

    @property
    def needs(self) -> Mapping[str, Need]:
        """The need of each signal, by the name of its option: key, live, second."""
        return {"key": self.key, "live": self.live, "second": self.second}
