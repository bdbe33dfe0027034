"""Lists that people read and machines may read too: one file in `lists/` is one report."""
