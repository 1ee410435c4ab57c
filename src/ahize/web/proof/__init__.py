"""What can be shown to a stranger: sealed rulings, heads kept elsewhere, bundles, and the past decided again."""
