"""A coach tries his own signs: how soon they are read, what gives them away, what would help."""
