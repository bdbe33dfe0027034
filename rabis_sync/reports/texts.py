"""Every sentence for people, by a stable code, in Kazakh, Russian and English; a gap never stops a reader."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("kk", "ru", "en")

#: ``{name}``, or ``{name:group}`` for a value that is itself a code with a text in that group.
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")

#: What a reader sees in the place of an empty value.
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences by code, each a mapping of language to text with ``{placeholders}``.

    Attributes:
        sentences: code, e.g. ``discrepancy.INV_DUP``, to texts by language.
    """

    sentences: Mapping[str, Mapping[str, str]]

    @staticmethod
    def of(*trees: Mapping[str, Any]) -> Texts:
        """Build from parsed TOML whose innermost tables hold one text a language.

        Args:
            trees: a later one has only what those before lack: a library's own file may be older than we.

        Raises:
            ConfigError: tables lack a language, have an unknown one or an empty text; all are named.
        """
        sentences: dict[str, Mapping[str, str]] = {}
        for code, leaf in (one for tree in trees for one in _leaves(tree, ())):
            sentences.setdefault(code, leaf)
        problems = [f"[{code}] {problem}" for code, leaf in sentences.items() for problem in _problems(leaf)]
        if problems:
            raise ConfigError("issues.toml: " + "; ".join(problems))
        return Texts(sentences)

    def knows(self, code: str) -> bool:
        """True when there is a text for the code."""
        return code in self.sentences

    def say(self, code: str, lang: str, /, **params: object) -> str:
        """The sentence of a code in a language.

        A code without a text is shown as it is, and a placeholder without a value by its name: a person sees
        too little rather than nothing at all.
        """
        sentence = self.sentences.get(code, {}).get(lang, code)
        return _PLACEHOLDER.sub(lambda found: self._fill(found, lang, params), sentence).strip()

    def word(self, group: str, value: str, lang: str) -> str:
        """How people call a value of a closed list, e.g. ``done`` of ``outcome``; else the value."""
        code = f"{group}.{value}"
        return self.say(code, lang) if self.knows(code) else value

    def in_all(self, code: str, /, **params: object) -> dict[str, str]:
        """The sentence in every language."""
        return {lang: self.say(code, lang, **params) for lang in LANGUAGES}

    def in_order(self, group: str, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Named values in the order in which their group names them: a store may give them in any order."""
        order = {code: at for at, code in enumerate(self.sentences)}
        return sorted(values.items(), key=lambda one: (order.get(f"{group}.{one[0]}", len(order)), one[0]))

    def retold(self, message: str, lang: str) -> str:
        """What the program said in English, in another language; what nobody put into words stays as it is.

        The ledger of runs keeps the program's own words: nobody knows yet who will read them. They are known
        again by the English sentence of a code of `said`, and what to do about it by one of `hint`.
        """
        for cut in re.finditer(r"\. ", message):
            what = message[: cut.start()]
            if hint := self._known("hint", message[cut.end() :], lang):
                return f"{self._known('said', what, lang) or what}. {hint}"
        parts = [self._known("said", part, lang) for part in message.split("; ")]
        return "; ".join(parts) if all(parts) else self._known("said", message, lang) or message

    def _known(self, group: str, message: str, lang: str) -> str:
        """A sentence of a group said in a language; empty where the message is none. The closest fits."""
        codes = (code for code in self.sentences if code.startswith(f"{group}."))
        for code in sorted(codes, key=lambda code: -len(_PLACEHOLDER.sub("", self.sentences[code]["en"]))):
            if found := _recognising(self.sentences[code]["en"]).fullmatch(message):
                return self.say(code, lang, **found.groupdict())
        return ""

    def _fill(self, found: re.Match[str], lang: str, params: Mapping[str, object]) -> str:
        name, group = found.groups()
        if name not in params:
            return str(name)
        value = params[name]
        many = value if isinstance(value, (list, tuple)) else [value]
        if group:
            return ", ".join(self.word(group, str(one), lang) for one in many if one)
        return ", ".join(map(_shown, many)) or NOTHING


@lru_cache(maxsize=256)
def _recognising(sentence: str) -> re.Pattern[str]:
    """What fits all that a sentence may become when its values take their places."""
    parts, at = [], 0
    for found in _PLACEHOLDER.finditer(sentence):
        parts += [re.escape(sentence[at : found.start()]), f"(?P<{found[1]}>.+?)"]
        at = found.end()
    return re.compile("".join([*parts, re.escape(sentence[at:])]), re.DOTALL)


def placeholders(sentence: str) -> frozenset[str]:
    """Names of the values a sentence asks for, each with its group where it has one."""
    return frozenset(found.group(0) for found in _PLACEHOLDER.finditer(sentence))


def _shown(value: object) -> str:
    if value is None or value == "":
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value)


def _leaves(tree: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in tree.items():
        at = (*above, key)
        if not isinstance(value, dict):
            raise ConfigError(
                f"issues.toml: [{'.'.join(above)}] {key}: a text stands in kk, ru or en of a table"
            )
        if any(isinstance(inner, dict) for inner in value.values()):
            yield from _leaves(value, at)
        else:
            yield ".".join(at), value


def _problems(leaf: Mapping[str, Any]) -> Iterator[str]:
    for lang in LANGUAGES:
        text = leaf.get(lang)
        if not (isinstance(text, str) and text.strip()):
            yield f"has no text in {lang}"
    for name in sorted(leaf.keys() - set(LANGUAGES)):
        yield f"has {name!r}, which is none of {', '.join(LANGUAGES)}"
