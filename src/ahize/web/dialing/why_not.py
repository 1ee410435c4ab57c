"""why_not."""
