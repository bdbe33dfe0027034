"""An OAI-PMH 2.0 repository as a gateway of the stand-in: sets, datestamps, deletions, resumption tokens.

It keeps to the letter of https://www.openarchives.org/OAI/openarchivesprotocol.html, errors included. Tokens
hold all that is needed to go on: they survive a restart and never expire. A list is frozen at its first page.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from re import fullmatch
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from rabis_sync.demo.standin import Answer, Asked
from rabis_sync.marc import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

#: Address of the repository at the stand-in.
REPOSITORY_ADDRESS = "/oai"
PREFIX, NAMESPACE = "marcxml", "http://www.loc.gov/MARC21/slim"
SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="'
    'http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)
_LISTING = {"metadataPrefix", "from", "until", "set", "resumptionToken"}
#: Arguments that each verb knows; the first is required unless there is a token.
_ARGUMENTS: dict[str, tuple[str, set[str]]] = {
    "Identify": ("", set()),
    "ListMetadataFormats": ("", {"identifier"}),
    "ListSets": ("", {"resumptionToken"}),
    "ListIdentifiers": ("metadataPrefix", _LISTING),
    "ListRecords": ("metadataPrefix", _LISTING),
    "GetRecord": ("identifier", {"identifier", "metadataPrefix"}),
}


class Held(NamedTuple):
    """A record of the repository; `xml` is empty once it is deleted."""

    identifier: str
    datestamp: str
    xml: str
    sets: tuple[str, ...] = ()


class _RefusedError(Exception):
    """An error of the protocol: code and message."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Repository:
    """The gateway; `hold` and `delete` change what it holds.

    Attributes:
        name: for people.
        sets: name of each set by its setSpec.
        page_size: records of a page.
        seconds: granularity: seconds, else days.
        clock: the server's.
        held: every record by its identifier.
    """

    name: str = "Web-RABIS"
    sets: Mapping[str, str] = field(default_factory=dict)
    page_size: int = 100
    seconds: bool = True
    clock: Callable[[], datetime] = _now
    held: dict[str, Held] = field(default_factory=dict)

    def fill(self, path: Path, *, sets: Callable[[codec.Decoded], tuple[str, ...]] = lambda _: ()) -> None:
        """Hold the records of an export as it is now; what changed or vanished since last time is noticed."""
        met = set()
        with path.open("rb") as stream:
            for one in codec.read(stream):
                if isinstance(one, codec.Decoded) and one.record.control_number:
                    met.add(one.record.control_number)
                    self.hold(one.record.control_number, codec.encode_marcxml(one.record), sets(one))
        for held in list(self.held.values()):
            number = held.identifier.rpartition(":")[2]
            if held.xml and number not in met:
                self.delete(number)

    def hold(self, number: str, xml: str, sets: tuple[str, ...] = ()) -> None:
        """Hold this record under this number; its datestamp moves if it is new or not the same as before."""
        old = self.held.get(identifier_of(number))
        if old is None or (old.xml, old.sets) != (xml, sets):
            self.held[identifier_of(number)] = Held(identifier_of(number), self._stamp(), xml, sets)

    def delete(self, number: str) -> None:
        """Delete the record; that it was there is never forgotten."""
        old = self.held[identifier_of(number)]
        self.held[old.identifier] = old._replace(datestamp=self._stamp(), xml="")

    def __call__(self, asked: Asked) -> Answer:
        """The answer; errors of the protocol have status 200 like everything else."""
        query = dict(asked.query)
        attributes = ""
        try:
            verb, arguments = _checked(query)
            content = self._answer(verb, arguments)
            attributes = "".join(f" {name}={quoteattr(text)}" for name, (text,) in query.items())
        except _RefusedError as error:
            code, message = error.args
            content = f'<error code="{code}">{escape(message)}</error>'
            if code not in {"badVerb", "badArgument"}:
                attributes = "".join(f" {name}={quoteattr(text)}" for name, (text,) in query.items())
        address = escape(f"http://{asked.headers.get('Host', '')}{asked.path}")
        body = (
            f"{_HEAD}<responseDate>{self.clock():%Y-%m-%dT%H:%M:%SZ}</responseDate>\n"
            f"<request{attributes}>{address}</request>\n"
            f"{content}\n</OAI-PMH>\n"
        )
        return Answer(200, {"Content-Type": "text/xml; charset=utf-8"}, body.encode())

    def _stamp(self) -> str:
        return f"{self.clock():%Y-%m-%dT%H:%M:%SZ}" if self.seconds else f"{self.clock():%F}"

    def _answer(self, verb: str, arguments: dict[str, str]) -> str:
        if verb in {"ListRecords", "ListIdentifiers"}:
            return self._list(verb, arguments)
        told = {
            "Identify": self._identify,
            "ListMetadataFormats": self._formats,
            "ListSets": self._list_sets,
            "GetRecord": self._record,
        }[verb](arguments)
        return f"<{verb}>\n{told}</{verb}>"

    def _identify(self, _: dict[str, str]) -> str:
        earliest = min((one.datestamp for one in self.held.values()), default=self._stamp())
        grain = "YYYY-MM-DDThh:mm:ssZ" if self.seconds else "YYYY-MM-DD"
        return (
            f"<repositoryName>{escape(self.name)}</repositoryName><baseURL>http://localhost/oai</baseURL>"
            "<protocolVersion>2.0</protocolVersion><adminEmail>library@example.kz</adminEmail>"
            f"<earliestDatestamp>{earliest}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
            f"<granularity>{grain}</granularity>\n"
        )

    def _formats(self, arguments: dict[str, str]) -> str:
        if "identifier" in arguments:
            self._one(arguments["identifier"])
        return (
            f"<metadataFormat><metadataPrefix>{PREFIX}</metadataPrefix><schema>{SCHEMA}</schema>"
            f"<metadataNamespace>{NAMESPACE}</metadataNamespace></metadataFormat>\n"
        )

    def _list_sets(self, arguments: dict[str, str]) -> str:
        if "resumptionToken" in arguments:
            raise _RefusedError("badResumptionToken", "The list of sets is never paged.")
        if not self.sets:
            raise _RefusedError("noSetHierarchy", "There are no sets here.")
        return "".join(
            f"<set><setSpec>{spec}</setSpec><setName>{escape(name)}</setName></set>\n"
            for spec, name in self.sets.items()
        )

    def _record(self, arguments: dict[str, str]) -> str:
        if "metadataPrefix" not in arguments:
            raise _RefusedError("badArgument", "metadataPrefix is missing.")
        _known(arguments["metadataPrefix"])
        return _element(self._one(arguments["identifier"]))

    def _one(self, identifier: str) -> Held:
        if identifier not in self.held:
            raise _RefusedError("idDoesNotExist", f"There is no {identifier}.")
        return self.held[identifier]

    def _list(self, verb: str, arguments: dict[str, str]) -> str:
        asked = _resumed(arguments["resumptionToken"]) if "resumptionToken" in arguments else arguments
        _known(asked["metadataPrefix"])
        if "set" in asked and not self.sets:
            raise _RefusedError("noSetHierarchy", "There are no sets here.")
        asked = {"frozen": self._stamp(), **asked}
        found = sorted(self._chosen(asked), key=lambda one: (one.datestamp, one.identifier))
        if not found and "after" not in asked:
            raise _RefusedError("noRecordsMatch", "There are no such records.")
        passed = int(asked.get("passed", 0))
        page, rest = found[: self.page_size], found[self.page_size :]
        element = _element if verb == "ListRecords" else _header
        whole = passed + len(found)
        token = ""
        if rest:
            after = json.dumps([page[-1].datestamp, page[-1].identifier])
            token = _token({**asked, "after": after, "passed": str(passed + len(page))})
        ending = f'<resumptionToken completeListSize="{whole}" cursor="{passed}">{token}</resumptionToken>\n'
        paged = ending if rest or passed else ""
        return f"<{verb}>\n{''.join(map(element, page))}{paged}</{verb}>"

    def _chosen(self, asked: dict[str, str]) -> Iterator[Held]:
        first, last = asked.get("from", ""), min(asked.get("until", "9999"), asked["frozen"])
        after = tuple(json.loads(asked["after"])) if "after" in asked else ()
        for one in self.held.values():
            within = first <= one.datestamp[: len(first) or None] and one.datestamp[: len(last)] <= last
            wanted = asked.get("set", "")
            inside = not wanted or any(f"{name}:".startswith(f"{wanted}:") for name in one.sets)
            if within and inside and (one.datestamp, one.identifier) > after:
                yield one


def identifier_of(number: str) -> str:
    """The OAI identifier of a control number."""
    return f"oai:rabis.example.kz:{number}"


def _checked(query: dict[str, list[str]]) -> tuple[str, dict[str, str]]:
    """Verb and arguments (section 3.6: what is badVerb, and what badArgument)."""
    verbs = query.pop("verb", [])
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise _RefusedError("badVerb", "The verb is missing, repeated or unknown.")
    required, known = _ARGUMENTS[verbs[0]]
    if set(query) - known or any(len(texts) != 1 for texts in query.values()):
        raise _RefusedError("badArgument", "An argument is unknown or repeated.")
    arguments = {name: texts[0] for name, texts in query.items()}
    if "resumptionToken" in arguments:
        if len(arguments) > 1:
            raise _RefusedError("badArgument", "A resumption token stands alone.")
    elif required and required not in arguments:
        raise _RefusedError("badArgument", f"{required} is missing.")
    _dates(arguments)
    query["verb"] = verbs
    return verbs[0], arguments


def _dates(arguments: dict[str, str]) -> None:
    given = [arguments[name] for name in ("from", "until") if name in arguments]
    if any(not fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", one) for one in given):
        raise _RefusedError("badArgument", "from and until are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    if len(given) == 2 and (len(given[0]) != len(given[1]) or given[0] > given[1]):
        raise _RefusedError("badArgument", "from is after until, or of another granularity.")


def _known(prefix: str) -> None:
    if prefix != PREFIX:
        raise _RefusedError("cannotDisseminateFormat", f"Records are given as {PREFIX} only.")


def _token(state: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(state).encode()).decode()


def _resumed(token: str) -> dict[str, str]:
    try:
        state = json.loads(urlsafe_b64decode(token))
        return {str(name): str(text) for name, text in state.items()}
    except (ValueError, AttributeError):
        raise _RefusedError("badResumptionToken", "This token was not given out here.") from None


def _header(held: Held) -> str:
    status = "" if held.xml else ' status="deleted"'
    sets = "".join(f"<setSpec>{one}</setSpec>" for one in held.sets)
    return (
        f"<header{status}><identifier>{escape(held.identifier)}</identifier>"
        f"<datestamp>{held.datestamp}</datestamp>{sets}</header>\n"
    )


def _element(held: Held) -> str:
    metadata = f"<metadata>{held.xml}</metadata>" if held.xml else ""
    return f"<record>{_header(held)}{metadata}</record>\n"
