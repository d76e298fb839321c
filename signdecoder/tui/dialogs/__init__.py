"""Dialogs of the terminal screens."""
