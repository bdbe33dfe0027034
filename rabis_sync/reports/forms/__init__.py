"""One module writes reports in one form."""
