"""Open the decoders of a play database, with saved beliefs and tuned weights."""
