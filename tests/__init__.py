"""Tests of signdecoder: facts, each of which fails when the code is broken."""

from signdecoder.__main__ import use_one_blas_thread

# Several test processes share the cores, so threads of NumPy would only get in each other's way.
# This has to happen before any test imports NumPy.
use_one_blas_thread()
