"""Questions about a decoder and its log: held-out scores, chance, attribution, gates."""
