"""Training the network with Keras: lessons, pretraining and fine-tuning."""
