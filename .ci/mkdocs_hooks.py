"""Lets the site hold pages outside docs/, such as the README: their links lead to where they are.

Links are written for a plain file browser. MkDocs calls these functions while it builds the site.
"""

import re
from pathlib import PurePosixPath
from posixpath import normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

# Where a file of the repository is in the site.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "data/README.md": "data.md",
    "benchmarks/README.md": "studies.md",
    "LICENSE": "license.md",
}
_LINK = re.compile(r"(\]\()([^)\s#:]+)(#[^)\s]*)?(?=\))")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages outside docs/ to the site."""
    root = PurePosixPath(config["config_file_path"]).parent
    for source, place in PAGES.items():
        with open(root / source, encoding="utf-8") as file:
            text = file.read()
        content = f"# License\n\n{text}" if source == "LICENSE" else text
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Make links that lead out of docs/, or into it, lead to the page of the site."""
    place = page.file.src_uri
    sources = {site: source for source, site in PAGES.items()}
    source = sources.get(place, f"docs/{place}")
    return _LINK.sub(
        lambda link: f"{link[1]}{_lead(link[2], source, place)}{link[3] or ''}", markdown
    )


def _lead(target: str, source: str, place: str) -> str:
    """Return where a link of a file of the repository leads in the site."""
    wanted = normpath(PurePosixPath(source).parent / target)
    inside = PAGES.get(wanted) or wanted.removeprefix("docs/")
    return relpath(inside, PurePosixPath(place).parent)
