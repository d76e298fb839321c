"""The practice screen, where you play against the decoder."""
