"""A small made-up library, written from a seed, and a local stand-in for Web-RABIS: what the demo runs on.

`library.build` writes the folder, `standin.StandIn` serves its export, `planted.compare` holds what a run
found against what was planted.
"""
