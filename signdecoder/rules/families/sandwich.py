"""`sandwich`: a signal around another, such as `any signal twice with one between = steal`."""

from __future__ import annotations

from signdecoder.rules.families._repeated import RepeatedFamily, repeated_layouts
from signdecoder.rules.family import Names
from signdecoder.rules.form import RuleForm
from signdecoder.rules.rule import Rule


class _Sandwich(RepeatedFamily):
    """The live signal, given or any, comes again two places later."""

    name, order, drawing_order, weight = "sandwich", 12, 12, 0.02
    summary = "the same signal around another"
    step = 2
    layouts = repeated_layouts("sandwich", 2)
    form = RuleForm(key="", live="may", default_step=2)

    def heading(self, rule: Rule, name: Names) -> str:
        return "twice with one between"


FAMILY = _Sandwich()
