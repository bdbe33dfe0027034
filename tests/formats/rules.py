"""Documents held to the rules of their formats.

The schemas of OAI-PMH, Atom and sitemaps carry no licence under which a copy could lie here, so their rules
are written anew from the standards, in RELAX NG (`*.rnc`, read by lxml) and JSON Schema (`*.json`).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from lxml import etree

_HERE = Path(__file__).parent


def faults(rules: str, document: bytes | etree._Element) -> list[str]:
    """What a document has against the rules of its format; nothing: it keeps them.

    Args:
        rules: name of a file beside this one: ``atom.rnc``, ``json-feed.json``.
        document: XML or JSON; of XML an element too.
    """
    if rules.endswith(".json"):
        assert isinstance(document, bytes)
        return [error.message for error in _json_rules(rules).iter_errors(json.loads(document))]
    # Parsed anew: an element of a larger document would be judged with all that stands around it.
    alone = document if isinstance(document, bytes) else etree.tostring(document, with_tail=False)
    schema = _xml_rules(rules)
    if schema.validate(etree.fromstring(alone)):
        return []
    return [f"line {error.line}: {error.message}" for error in schema.error_log]


@cache
def _xml_rules(name: str) -> etree.RelaxNG:
    return etree.RelaxNG.from_rnc_string((_HERE / name).read_text("utf-8"))


@cache
def _json_rules(name: str) -> Draft202012Validator:
    schema = json.loads((_HERE / name).read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
