"""`twice`: a signal twice in a row, such as `any signal twice in a row = steal`."""

from __future__ import annotations

from signdecoder.rules.families._repeated import RepeatedFamily, repeated_layouts
from signdecoder.rules.family import Names
from signdecoder.rules.rule import Rule


class _Twice(RepeatedFamily):
    """The live signal, given or any, comes twice in a row."""

    name, order, drawing_order, weight = "twice", 11, 11, 0.02
    summary = "the same signal twice in a row"
    step = 1
    layouts = repeated_layouts("twice", 1)

    def heading(self, rule: Rule, name: Names) -> str:
        return "twice in a row"


FAMILY = _Twice()
