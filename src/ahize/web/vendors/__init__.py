"""Doors for those who sell us leads: each posts one lead at a time, in the words their programs already speak."""
