"""Whose data it is: tenants, their sellers, and the caller IDs those may show."""
