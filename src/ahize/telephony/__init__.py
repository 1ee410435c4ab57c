"""Real telephones: an Asterisk, the gate before it, and what is heard on a line. No Django, no law, only ids."""
