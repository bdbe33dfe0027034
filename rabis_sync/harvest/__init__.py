"""Fetch what changed and keep it as it came: nothing lost, nothing doubled."""
