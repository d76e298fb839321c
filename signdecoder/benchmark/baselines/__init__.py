"""Decoders that others have built or would try first, behind what the benchmark asks of each."""

from signdecoder.benchmark.baselines.base import Baseline

__all__ = ["Baseline"]
