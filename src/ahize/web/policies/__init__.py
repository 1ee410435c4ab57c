"""House policy and the countries a house has switched off: what it asks of itself on top of the law."""
