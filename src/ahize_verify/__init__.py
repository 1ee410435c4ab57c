"""ahize-verify: does an exported bundle hold, and does the law in it come to what was ruled?

A second reading of the law, written apart from the first: it imports nothing of Ahize and nothing but Python's own
library, so that whoever doubts the one can run the other. It checks every byte against the manifest, the chain of
rulings against its signed heads, and decides each ruling again from its facts and the rulebook that the bundle carries.

Refuses to know: when the clock alone would change an answer (it only tries the instants that a ruling names), how a
reason is worded, and what clearance holds beside the law (a call already under way …), which can only ever bar.
"""
