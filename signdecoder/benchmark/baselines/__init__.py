"""Baselines: decoders that others have built or would try first, as contenders."""
