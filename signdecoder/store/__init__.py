"""The store: one SQLite file of plays, with undo, backup and restore."""
