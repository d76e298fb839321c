"""Comparisons of decoders on simulated coaches and on real logs."""
