"""The engine: it is told what happened and when, and answers with commands. It decides and never does."""
