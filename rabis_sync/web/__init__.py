"""What is served live: the releases as they lie on disk, the changes since a number, OAI-PMH."""
