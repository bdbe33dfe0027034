"""Finds what cataloguers mend by hand: fixes what is certain, proposes the rest, alters no harvest."""
