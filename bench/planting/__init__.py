"""Catalogues made for measuring: clean records of known truth, and errors planted in some of them.

Nothing here knows how the program finds or mends anything; it is written from the standards and from the
list of what cataloguers do wrong.
"""
