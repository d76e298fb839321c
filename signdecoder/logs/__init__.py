"""Files of plays, read and written: CSV in, plays out, and back."""
