"""Decoders held against each other: on simulated coaches, and on real logs."""
