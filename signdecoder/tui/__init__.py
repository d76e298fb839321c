"""The terminal UI: one screen to log a game on, a few to arrange things, and no rule of its own."""
