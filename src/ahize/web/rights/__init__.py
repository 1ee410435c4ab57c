"""What people may ask of whoever holds their data, each with its clock: a look, a correction, an end, an objection."""
