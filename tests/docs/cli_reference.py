"""Writes the reference of commands in docs/cli.md from the commands themselves.

`python -m tests.docs.cli_reference` replaces what stands between the two marks on the page.
"""

import re
from typing import Any

import typer

from signdecoder.cli.app import app
from signdecoder.cli.command import Section, load_command
from signdecoder.cli.everywhere import GROUP as EVERYWHERE
from signdecoder.cli.help import group_of
from tests.docs.pages import DOCS

PAGE = DOCS / "cli.md"
BEGIN = "<!-- commands: written by python -m tests.docs.cli_reference -->"
END = "<!-- end of commands -->"


def render_commands() -> str:
    """Return the reference: the commands by section, as `--help` lists them, then each in full."""
    group: Any = typer.main.get_command(app)
    lists = [
        f"* {section.value}: "
        + ", ".join(
            f"[{name}](#{name})" for name in group.commands if load_command(name).section is section
        )
        for section in Section
    ]
    details = [render_command(name, command) for name, command in group.commands.items()]
    return "\n".join(["\n".join(lists) + "\n", *details])


def render_command(name: str, command: Any) -> str:
    """Return the section of one command."""
    context = command.context_class(
        command, info_name=f"signdecoder {name}", **command.context_settings
    )
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [f"### {name}\n", f"```text\n{' '.join(usage.split())}\n```\n"]
    parts += [render_paragraph(paragraph) for paragraph in (command.help or "").split("\n\n")]
    own = [param for param in command.get_params(context) if group_of(param) != EVERYWHERE]
    options = [param.get_help_record(context) for param in own]
    rows = [
        f"| `{escape(option)}` | {render_option(words)} |"
        for option, words in filter(None, options)
    ]
    if rows:
        parts.append("\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n")
    example = (command.epilog or "").removeprefix("Example: ")
    if example:
        parts.append(f"```\n{example}\n```\n")
    return "\n".join(parts)


def render_paragraph(paragraph: str) -> str:
    """Return a paragraph of help: as it is written after the mark that keeps its lines."""
    if not paragraph.startswith("\b"):
        return escape(" ".join(paragraph.split())) + "\n"
    title, *lines = paragraph.removeprefix("\b").strip("\n").split("\n")
    body = "\n".join(lines)
    return f"{escape(title)}\n\n```text\n{body}\n```\n"


def render_option(words: str) -> str:
    """Return the help of an option, what stands in brackets at its end as a sentence."""
    words = " ".join(words.split())
    found = re.fullmatch(r"(.*?) ?\[([^\]]*)\]", words)
    if not found:
        return escape(words)
    notes = [render_note(note) for note in found[2].split("; ")]
    ending = ", ".join(notes)
    return escape(f"{found[1]} {ending[0].upper()}{ending[1:]}.".strip())


def render_note(note: str) -> str:
    """Return a note such as `x>=1` or `1<=x<=9` in words."""
    if found := re.fullmatch(r"x>=(\S+)", note):
        return f"at least {found[1]}"
    if found := re.fullmatch(r"(\S+)<=x<=(\S+)", note):
        return f"{found[1]} to {found[2]}"
    return note


def escape(text: str) -> str:
    """Return text in which Markdown sees no mark-up."""
    return re.sub(r"([|<*])", r"\\\1", text)


def write_reference(page: str) -> str:
    """Return the page with the reference between its marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{render_commands()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(write_reference(PAGE.read_text("utf-8")), "utf-8")
