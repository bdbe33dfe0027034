"""rabis-sync: a record walks from Web-RABIS through five rooms to the website."""
