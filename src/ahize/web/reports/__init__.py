"""Questions answered from what was recorded, each figure opening its calls and proven against the journal."""
