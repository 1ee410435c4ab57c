"""Words everyone shares: time, chance, ids, phone numbers, windows, seals, errors. Knows nothing of ours above it."""
