"""The life of one call. Knows of no campaign, no Asterisk, no clock."""
