"""A made-up library whose shelves are read: what the stock check and the acts are measured on."""
