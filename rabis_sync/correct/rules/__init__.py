"""Correction rules: one file a rule, found by its name."""
