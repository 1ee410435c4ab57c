"""What was recorded of calls: which there are, who listens and why, and how long each is kept."""
