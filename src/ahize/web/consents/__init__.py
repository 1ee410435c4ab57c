"""Consent and its proof, relationships, suppression, registry copies: what makes a call lawful or not."""
