"""Both experts together: one probability, one verdict, one ranking of key signs and rules."""
