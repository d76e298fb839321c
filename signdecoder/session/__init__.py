"""What a screen works with, without a screen: the logging service, its thread and its events."""
