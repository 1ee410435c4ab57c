"""Whom first, when, and why? Scores that are learned from a client's own calls, with reasons that sum to the score."""
