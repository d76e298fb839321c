"""The network in Keras, layer by layer."""
