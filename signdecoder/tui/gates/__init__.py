"""The screen that shows what the gates of the LSTM do."""
