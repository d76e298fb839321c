"""The dialogs of the live screen."""
