"""Jobs, the lock, and the journal of runs."""
