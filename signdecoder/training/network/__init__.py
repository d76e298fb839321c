"""The network in Keras, layer by layer; ``lstm`` runs the same network in NumPy."""
