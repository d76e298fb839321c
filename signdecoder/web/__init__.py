"""Serve the terminal UI to browsers that have the secret link."""
