"""Tests of signdecoder: facts, each of which fails when the code is broken."""
