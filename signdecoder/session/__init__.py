"""What a screen works with, without a screen: the logging service, its worker and its events."""
