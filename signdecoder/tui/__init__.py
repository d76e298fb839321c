"""The terminal UI: screens that show results and pass on what you enter."""

import os

# Twice Textual's default, because a prediction appears in the second frame after a key. Textual
# reads this variable when it is imported.
os.environ.setdefault("TEXTUAL_FPS", "120")
