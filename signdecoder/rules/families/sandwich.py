"""`sandwich`: a signal around another, such as `any signal twice with one between = steal`."""

from __future__ import annotations

from signdecoder.rules.family import Names, RuleForm
from signdecoder.rules.repeated import RepeatedFamily, repeated_layouts
from signdecoder.rules.rule import Rule


class Sandwich(RepeatedFamily):
    """The live signal, given or any, comes again two places later."""

    name, order, drawing_order, weight = "sandwich", 12, 12, 0.02
    summary = "the same signal twice with one between"
    step = 2
    layouts = repeated_layouts("sandwich", 2)
    form = RuleForm(key="", live="may", default_step=2)

    def heading(self, rule: Rule, name: Names) -> str:
        """See `RuleFamily.heading`."""
        return "twice with one between"


FAMILY = Sandwich()
