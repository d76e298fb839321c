"""How long different recurrent cells can remember a signal."""
