"""A made-up library with its books: what the reconciliation is measured on."""
