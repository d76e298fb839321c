"""Practice rounds: a simulated coach signs, and you compete with the decoder."""
