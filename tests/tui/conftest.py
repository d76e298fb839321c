"""What the tests of the terminal UI share."""

from tests.support.live import rig

__all__ = ["rig"]
