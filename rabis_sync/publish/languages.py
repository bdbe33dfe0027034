"""Codes of languages: ISO 639-2/B as catalogues write them, BCP 47 as the web does; one table both ways."""

from __future__ import annotations

#: Those met in a local-history collection; any other keeps its three letters, which BCP 47 allows as well.
_PAIRS = (
    *("kaz kk", "rus ru", "eng en", "ger de", "ukr uk", "tat tt", "uzb uz", "kor ko", "fre fr", "kir ky"),
    *("tur tr", "pol pl", "chi zh", "bel be", "mon mn", "lat la", "uig ug", "bak ba", "aze az", "ara ar"),
    *("per fa", "heb he", "spa es", "ita it", "tgk tg", "tuk tk", "arm hy", "geo ka", "chv cv", "lit lt"),
)
_WEB = dict(pair.split() for pair in _PAIRS)
_CATALOGUE = {web: catalogue for catalogue, web in _WEB.items()}


def of_web(code: str) -> str:
    """BCP 47 of a code of a catalogue: ``kaz`` is ``kk``."""
    return _WEB.get(code, code)


def of_catalogue(code: str) -> str:
    """ISO 639-2/B of a code of the web: ``ky`` is ``kir``."""
    return _CATALOGUE.get(code, code)
