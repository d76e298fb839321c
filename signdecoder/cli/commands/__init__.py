"""One file for each command, named like the command."""
