"""The decoders of a store: beliefs that were saved, and weights that were tuned."""
