"""The live screen, where a game is logged."""
