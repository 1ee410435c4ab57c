"""Campaigns: purpose, script, dispositions, hours, lists, agents, and what still keeps one from starting."""
