"""Compare screens with pictures that are kept beside the tests."""

import re

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.app import App

_UNIQUE = re.compile(r"terminal-\d+")  # a number in every id and class of a picture
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # which a browser would load


def draw_screen(app: App[None]) -> str:
    """Return the screen as an SVG picture, the same in every run."""
    return _FONTS.sub("", _UNIQUE.sub("terminal", app.export_screenshot(title="signdecoder")))


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The kept picture of this test: `assert draw_screen(app) == picture`.

    Run the test with ``--snapshot-update`` to keep a new one, and look at it before you commit it.
    """
    return snapshot.use_extension(SVGImageSnapshotExtension)
