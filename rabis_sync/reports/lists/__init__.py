"""One module is one report: it defines ``REPORT``."""
