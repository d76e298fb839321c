"""The rule families, one file each: every module here defines one `FAMILY` and is registered.

Modules that begin with an underscore hold what several families share.

To add a family, add one file. `RuleFamily` in `signdecoder.rules.family` says what it must define.
Give it the next free `order`: stored posteriors, seeded draws and trained weights depend on the
order of the families that exist.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from signdecoder.rules.registry import register

_names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
_families = [import_module(f"{__name__}.{name}").FAMILY for name in _names]
for _family in sorted(_families, key=lambda family: family.order):
    register(_family)
