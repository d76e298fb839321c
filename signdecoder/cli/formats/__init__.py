"""Formats of answers: one file for each, found by its name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signdecoder.cli.answer import Answer


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the endings of its files, and how an answer is rendered in it.

    ``is_binary`` formats are never written to a terminal. ``find_excess`` says which limit of
    reading a log its file exceeds, if any.
    """

    name: str
    endings: tuple[str, ...]
    render: Callable[[Answer], bytes]
    is_binary: bool = False
    find_excess: Callable[[Answer], str] = lambda _: ""


@cache
def formats() -> dict[str, Format]:
    """Return all formats by name. Libraries are loaded only when one renders."""
    modules = [import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    found: list[Format] = [module.FORMAT for module in modules]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def format_of_ending(ending: str) -> Format | None:
    """Return the format of files with an ending such as ``.csv``, if there is one."""
    return next((one for one in formats().values() if ending.lower() in one.endings), None)
