"""Writes the list of modules in docs/architecture.md from the first lines of their docstrings.

`python -m tests.docs.modules` replaces what stands between the two marks on the page.
"""

import ast
from pathlib import Path

from tests.docs.pages import DOCS, ROOT

PAGE = DOCS / "architecture.md"
BEGIN = "<!-- modules: written by python -m tests.docs.modules -->"
END = "<!-- end of modules -->"
PACKAGE = ROOT / "signdecoder"


def list_modules() -> list[str]:
    """List the modules of the package by their paths in it, without `__init__`."""
    return sorted(
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if not path.name.startswith("__")
    )


def first_sentence(path: Path) -> str:
    """Return the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("``", "`").replace("|", "\\|")


def render_modules() -> str:
    """Return a table for each package, with its modules and what each is."""
    parts: dict[str, list[str]] = {}
    for module in list_modules():
        package = module.split("/")[0]
        inside = module.removeprefix(f"{package}/")
        parts.setdefault(package, []).append(f"| `{inside}` | {first_sentence(PACKAGE / module)} |")
    sections = []
    for package, rows in parts.items():
        words = first_sentence(PACKAGE / package / "__init__.py")
        head = f"### {package}\n\n{words}\n\n| module | what it is |\n|---|---|\n"
        sections.append(head + "\n".join(rows) + "\n")
    return "\n".join(sections)


def write_modules(page: str) -> str:
    """Return the page with the list between its marks."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{render_modules()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(write_modules(PAGE.read_text("utf-8")), "utf-8")
