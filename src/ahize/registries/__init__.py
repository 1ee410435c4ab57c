"""Is this number on that list, in the copy of which day? Exact number maps, versioned, mapped into memory."""
