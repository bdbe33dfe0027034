"""A finding in words: why, and both texts cut to what differs, with what cannot be seen marked and named."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.contrast import contrast
from rabis_sync.reports.table import legible, spaces_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.reports.texts import Texts

#: A line that goes in place of a field that is there: ``010[1] ##$a…``.
_PLACED = re.compile(r"^(\w{3})\[(\d+)\] ")


def said_of_finding(texts: Texts, rule: str, params: Mapping[str, Any], lang: str) -> str:
    """The sentence of a rule in a language; `params` hold path, before and after too."""
    return texts.say(f"correction.{rule}", lang, **named(params))


def named(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, with the look-alike letters of a word named and the script they are of."""
    return {**_letters(params.get("word"), params.get("mended")), **params}


def both_shown(
    texts: Texts,
    both: tuple[str, str | None],
    words: Sequence[tuple[str, str]],
    lang: str,
    *,
    whole_field: bool = False,
) -> tuple[str, str]:
    """How a place stands and how it should stand, for a cell each.

    Args:
        texts: sentences for people.
        both: before, empty where a field is new; after, empty where it is to go, None without a proposal.
        words: words of the text with their forms in one script, whose foreign letters are marked.
        lang: of the words for nothing.
        whole_field: the texts are lines of subfields.
    """
    before, after = both
    if after is None:
        return _seen(before, whole_field=whole_field), ""
    was, becomes = (before, after) if whole_field else contrast(before, after)
    for word, mended in words:
        was = was.replace(word, _marked(word, mended))
    return (
        _seen(was, whole_field=whole_field) or texts.say("change.new", lang),
        _seen(becomes, whole_field=whole_field) or texts.say("change.gone", lang),
    )


def _seen(text: str, *, whole_field: bool) -> str:
    """Nothing hidden in it; fields stand one under the other."""
    if not whole_field:
        return legible(spaces_shown(text))
    lines = (
        _PLACED.sub(_which, one).replace("{dollar}", "$").replace("{line}", " ") for one in text.split("\n")
    )
    return "\n".join(legible(spaces_shown(line)) for line in lines)


def _which(head: re.Match[str]) -> str:
    return f"{head[1]} " if head[2] == "1" else f"{head[1]} ({head[2]}) "


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
