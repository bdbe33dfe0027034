"""A harvester that believes nothing: answers are held to the rules of OAI-PMH, walks to what they promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests
from lxml import etree

from tests.formats.rules import faults

if TYPE_CHECKING:
    from collections.abc import Iterable

NS = {"o": "http://www.openarchives.org/OAI/2.0/"}
#: Namespace of a record -> the rules of its format.
RULES = {
    "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai-dc.rnc",
    "http://www.loc.gov/MARC21/slim": "marcxml.rnc",
    "info:lc/xmlns/marcxchange-v2": "marcxchange.rnc",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "edm.rnc",
}


def ask(address: str, **arguments: str) -> etree._Element:
    """One answer, held to what every answer promises."""
    told = {name.rstrip("_"): value for name, value in arguments.items()}
    response = requests.get(f"{address}oai", params=told, timeout=20)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = held(response.content)
    bad = code(root) in {"badVerb", "badArgument"}
    assert dict(root[1].attrib) == ({} if bad else told)
    return root


def held(answer: bytes) -> etree._Element:
    """An answer that keeps the rules of the protocol, with records that keep those of their formats."""
    assert faults("oai-pmh.rnc", answer) == []
    root = etree.fromstring(answer)
    for one in root.iterfind(".//o:description/*", NS):
        assert faults("oai-identifier.rnc", one) == []
    for record in root.iterfind(".//o:metadata/*", NS):
        assert faults(RULES[etree.QName(record).namespace], record) == []
    return root


def code(root: etree._Element) -> str:
    """Code of the error that an answer tells; empty for none."""
    error = root.find("o:error", NS)
    return "" if error is None else error.get("code", "")


def walk(address: str, verb: str, **arguments: str) -> list[etree._Element]:
    """Headers of a whole list."""
    root = ask(address, verb=verb, **arguments)
    if code(root) == "noRecordsMatch":
        return []
    return [*headers(root), *rest(address, verb, root)]


def rest(address: str, verb: str, root: etree._Element) -> list[etree._Element]:
    """Headers after a page, with what pages promise held at each: counts, cursors, tokens asked for twice."""
    found: list[etree._Element] = []
    seen = 0
    while (token := root.find(".//o:resumptionToken", NS)) is not None:
        assert token.get("cursor") == str(seen)
        seen += len(headers(root))
        if not token.text:
            assert seen == int(token.get("completeListSize", ""))
            return found
        again = ask(address, verb=verb, resumptionToken=token.text)
        root = ask(address, verb=verb, resumptionToken=token.text)
        assert etree.tostring(again[2]) == etree.tostring(root[2])
        found += headers(root)
    assert not seen, "a list that was cut ends in an empty token"
    return found


def headers(root: etree._Element) -> list[etree._Element]:
    """Headers of one page."""
    assert code(root) == ""
    return root.findall(".//o:header", NS)


def names(found: Iterable[etree._Element]) -> list[str]:
    """Identifiers of the items."""
    return [one.findtext("o:identifier", "", NS).rsplit(":", 1)[1] for one in found]
