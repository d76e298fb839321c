"""The study of how long different recurrent cells can remember a signal."""
