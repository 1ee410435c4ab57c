"""What would an evening bring? Simulated evenings of a campaign, and yesterday's shift under other settings."""
