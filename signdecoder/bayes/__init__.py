"""The exact posterior over all rules of the grammar."""
