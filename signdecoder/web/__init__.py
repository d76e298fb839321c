"""The terminal UI in a browser: who may come in, and what the server gives him."""
