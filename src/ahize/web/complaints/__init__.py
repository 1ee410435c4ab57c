"""Complaints: who complains of which calls, by when it must be answered, what happened, and the evidence of it."""
