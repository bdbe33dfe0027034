"""Other ways to find duplicates, run on the same records as ours; none of this is part of the program."""
