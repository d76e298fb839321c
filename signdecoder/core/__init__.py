"""Values and tools that everything else uses: plays, outcomes, names, errors, text and files."""
