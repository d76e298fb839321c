"""The screen to practise on."""
