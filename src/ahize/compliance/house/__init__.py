"""House policy: what a house asks of itself on top of the law, as one more law document (``policy.yaml``)."""
