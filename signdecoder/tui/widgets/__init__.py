"""The widgets, a file each: they show what they are given and announce what is done to them."""
