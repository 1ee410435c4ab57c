"""What can be shown to a stranger: one text for one value, trees of hashes, signed heads, and the bundle for them.

Imports the kernel only; knows no table, no law and no clock.
"""
