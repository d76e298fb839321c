"""The terminal UI: one screen to log a game on, a few to arrange things, and no rule of its own."""

import os

# Twice as often as Textual paints by itself: what is thought of a sequence comes in the second
# picture after a key. It reads this when it is loaded.
os.environ.setdefault("TEXTUAL_FPS", "120")
