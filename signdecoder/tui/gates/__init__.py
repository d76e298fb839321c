"""The screen that shows the gates of the LSTM."""
