"""What a sign system is: the families of rules, their prior, their parts and their words."""
