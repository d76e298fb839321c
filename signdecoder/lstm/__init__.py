"""The trained network at inference time, in NumPy."""
