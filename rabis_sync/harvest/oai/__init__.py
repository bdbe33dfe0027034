"""OAI-PMH 2.0 as a harvester sees it: answers, windows of time, and the walk through them."""
