"""Simulated coaches: how they behave, which rule they follow, and the plays that result."""
