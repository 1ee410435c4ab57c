"""Kinds of rule, one noun a file. No hour, day, number or limit stands here: those are the law's, in its YAML."""
