"""The catalogue's items against the books of the accounting, copy by copy."""
