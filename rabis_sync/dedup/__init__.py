"""Finds records of one catalogue that describe the same edition, and says why."""
