"""The rule families, one file each: every module here defines one `FAMILY` and is registered.

To add a family, add one file. `RuleFamily` in `signdecoder.rules.family` says what it must define.
Give it the next free `order`: stored posteriors, seeded draws and trained weights depend on the
order of the families that exist.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from signdecoder.rules.registry import register

for _family in sorted(
    (import_module(f"{__name__}.{module.name}").FAMILY for module in iter_modules(__path__)),
    key=lambda family: family.order,
):
    register(_family)
