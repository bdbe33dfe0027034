"""A finding in words: why, and both texts cut to what differs, with what cannot be seen marked and named."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.contrast import contrast
from rabis_sync.reports.table import legible, spaces_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.reports.texts import Texts


def said_of_finding(texts: Texts, rule: str, params: Mapping[str, Any], lang: str) -> str:
    """The sentence of a rule in a language; `params` hold path, before and after too."""
    return texts.say(f"correction.{rule}", lang, **named(params))


def named(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, with the look-alike letters of a word named and the script they are of."""
    return {**_letters(params.get("word"), params.get("mended")), **params}


def both_shown(
    texts: Texts, before: str, after: str | None, words: Sequence[tuple[str, str]], lang: str
) -> tuple[str, str]:
    """How a place stands and how it should stand, for a cell each; a report has nothing to propose.

    Args:
        texts: sentences for people.
        before: empty where a field is new.
        after: empty where a field is to go; None where there is no proposal.
        words: words of the text with their forms in one script, whose foreign letters are marked.
        lang: of the words for nothing.
    """
    if after is None:
        return legible(spaces_shown(before)), ""
    cut = contrast(before, after)
    was = cut.before
    for word, mended in words:
        was = was.replace(word, _marked(word, mended))
    return (
        legible(spaces_shown(was)) or texts.say("change.new", lang),
        legible(spaces_shown(cut.after)) or texts.say("change.gone", lang),
    )


def look_alikes_of(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The word of a finding and its form in one script, where it is about that."""
    word, mended = params.get("word") or "", params.get("mended") or ""
    return [(word, mended)] if word and len(word) == len(mended) else []


def _marked(word: str, mended: str) -> str:
    return "".join(was if was == is_now else f"‹{was}›" for was, is_now in zip(word, mended, strict=True))


def _letters(word: str | None, mended: str | None) -> dict[str, Any]:
    """Look-alike letters cannot be seen in before and after."""
    pairs = zip(word or "", mended or "", strict=False)
    foreign = list(dict.fromkeys(was for was, is_now in pairs if was != is_now))
    if not foreign:
        return {}
    script = "latin" if unicodedata.name(foreign[0], "").startswith("LATIN") else "cyrillic"
    return {"letters": foreign, "script": script}
