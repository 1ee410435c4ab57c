"""Lines: trunks to carriers, what agents hear with, recordings to be played, and how all of it stands."""
