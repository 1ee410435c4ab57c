"""A private Asterisk: its settings, every file it reads, how it is brought here, started and checked.

What changes while it runs (trunks, phones) is not here: the gate pushes it over ARI.
"""
