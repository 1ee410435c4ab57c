"""lawful."""
