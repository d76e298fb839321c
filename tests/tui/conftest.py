"""What the tests of the terminal UI share."""

from tests.support.live import rig
from tests.support.snapshot import picture

__all__ = ["picture", "rig"]
