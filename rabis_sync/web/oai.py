"""OAI-PMH 2.0 over the releases: deletions for ever, tokens that outlive a restart and a publication.

Rules: openarchives.org/OAI/2.0/openarchivesprotocol.htm. Every answer has status 200, an error is part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rabis_sync.publish import edm
from rabis_sync.publish.encoding import moment, xml_text, xml_value
from rabis_sync.publish.exchange import NAMESPACES
from rabis_sync.web.tokens import opened, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rabis_sync.web.repository import Header, Snapshot, Snapshots

#: Records a page: small enough for a slow line, large enough for a full harvest.
PAGE_SIZE = 100

#: Prefix -> schema, namespace.
FORMATS: dict[str, tuple[str, str]] = {
    "oai_dc": (
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    edm.PREFIX: (
        "http://www.europeana.eu/schemas/edm/EDM.xsd",
        edm.NAMESPACE,
    ),
    "marc21": (
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
        NAMESPACES["marc21"],
    ),
    "unimarc": (
        "http://www.loc.gov/standards/iso25577/marcxchange-2-0.xsd",
        NAMESPACES["unimarc"],
    ),
}

#: What each verb may and must be given.
_ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset({"identifier"}), frozenset()),
    "ListSets": (frozenset({"resumptionToken"}), frozenset()),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset({"identifier", "metadataPrefix"})),
}
_LIST = (
    frozenset({"from", "until", "set", "metadataPrefix", "resumptionToken"}),
    frozenset({"metadataPrefix"}),
)
_ARGUMENTS |= {"ListIdentifiers": _LIST, "ListRecords": _LIST}

#: How names of formats and sets are written (protocol, sections 3.4 and 4.6).
_NAME = r"[A-Za-z0-9\-_.!~*'()]+"
_WRITTEN = {"metadataPrefix": re.compile(_NAME), "set": re.compile(f"{_NAME}(:{_NAME})*")}
#: A domain in identifiers (guidelines for the scheme oai).
_DOMAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+")

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SET_NAMES = {"kraeved": "Краеведение", "open": "Открытые файлы", "lang": "По языкам"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
    'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)


class Refusal(Exception):  # noqa: N818  a part of the protocol, never an error of ours
    """An error as the protocol has it.

    Args:
        code: one of the eight codes of the protocol.
        message: in a harvester's terms.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list request asks for; a token holds the same and where it stands.

    Attributes:
        prefix: metadata format.
        since: first datestamp, or empty.
        until: last datestamp, or empty.
        named: set, or empty.
        release: the release in which the walk began; empty: the live one.
        after: datestamp and identifier of the last header given.
        given: how many were given before.
    """

    prefix: str
    since: str = ""
    until: str = ""
    named: str = ""
    release: str = ""
    after: tuple[str, str] = ("", "")
    given: int = 0


@dataclass(frozen=True)
class Provider:
    """The repository towards harvesters.

    Attributes:
        snapshots: the releases.
        base_url: address of the repository.
        admin_email: whom harvesters' people can write to.
        key: signs tokens.
        page_size: records a page.
    """

    snapshots: Snapshots
    base_url: str
    admin_email: str
    key: bytes
    page_size: int = PAGE_SIZE

    def answer(self, arguments: Sequence[tuple[str, str]], now: datetime) -> bytes:
        """The whole answer to a request.

        Args:
            arguments: names and values as they came, repeated ones too.
            now: moment of the answer, UTC.
        """
        asked: Sequence[tuple[str, str]] = arguments
        try:
            verb, told = _checked(arguments)
            body = _VERBS[verb](self, told)
        except Refusal as refusal:
            body = f'<error code="{refusal.code}">{xml_text(str(refusal))}</error>\n'
            asked = () if refusal.code in {"badVerb", "badArgument"} else arguments
        request = "".join(f" {name}={xml_value(value)}" for name, value in asked)
        head = f"<responseDate>{moment(now)}</responseDate>\n"
        echo = f"<request{request}>{xml_text(self.base_url)}</request>\n"
        return f"{_HEAD}{head}{echo}{body}</OAI-PMH>\n".encode()

    # -- verbs ------------------------------------------------------------

    def identify(self, _: Mapping[str, str]) -> str:
        """What this repository is."""
        live = self.snapshots.live()
        earliest = live.headers[0].at if live and live.headers else "1970-01-01T00:00:00Z"
        name = live.library if live else urlsplit(self.base_url).hostname or ""
        sample = self._identifier(live.headers[0].id if live and live.headers else "catalogue-1")
        return (
            f"<Identify>\n<repositoryName>{xml_text(name)}</repositoryName>\n"
            f"<baseURL>{xml_text(self.base_url)}</baseURL>\n<protocolVersion>2.0</protocolVersion>\n"
            f"<adminEmail>{xml_text(self.admin_email)}</adminEmail>\n"
            f"<earliestDatestamp>{earliest}</earliestDatestamp>\n<deletedRecord>persistent</deletedRecord>\n"
            "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\n<compression>gzip</compression>\n"
            '<description><oai-identifier xmlns="http://www.openarchives.org/OAI/2.0/oai-identifier" '
            'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai-identifier '
            'http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"><scheme>oai</scheme>'
            f"<repositoryIdentifier>{xml_text(self._domain)}</repositoryIdentifier><delimiter>:</delimiter>"
            f"<sampleIdentifier>{xml_text(sample)}</sampleIdentifier></oai-identifier></description>\n"
            "</Identify>\n"
        )

    def list_metadata_formats(self, told: Mapping[str, str]) -> str:
        """Formats of the repository, or of one record."""
        live = self.snapshots.live()
        prefixes: Iterable[str] = live.formats if live else FORMATS
        if "identifier" in told:
            snapshot, header = self._found(told["identifier"])
            prefixes = [one for one in snapshot.formats if header.deleted or snapshot.record(header, one)]
        formats = "".join(
            f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{FORMATS[prefix][0]}</schema>"
            f"<metadataNamespace>{FORMATS[prefix][1]}</metadataNamespace></metadataFormat>\n"
            for prefix in prefixes
        )
        return f"<ListMetadataFormats>\n{formats}</ListMetadataFormats>\n"

    def list_sets(self, told: Mapping[str, str]) -> str:
        """Every set, as a whole."""
        if "resumptionToken" in told:
            raise Refusal("badResumptionToken", "the list of sets is given as a whole")
        live = self.snapshots.live()
        sets = "".join(
            f"<set><setSpec>{name}</setSpec><setName>{xml_text(_SET_NAMES.get(name, name))}</setName></set>\n"
            for name in (live.sets if live else ())
        )
        if not sets:
            raise Refusal("noSetHierarchy", "nothing is published yet")
        return f"<ListSets>\n{sets}</ListSets>\n"

    def get_record(self, told: Mapping[str, str]) -> str:
        """One record."""
        prefix = self._known_prefix(told["metadataPrefix"])
        snapshot, header = self._found(told["identifier"])
        return f"<GetRecord>\n{self._record(snapshot, header, prefix)}</GetRecord>\n"

    def list_records(self, told: Mapping[str, str]) -> str:
        """A page of records."""
        return self._list("ListRecords", told, self._record)

    def list_identifiers(self, told: Mapping[str, str]) -> str:
        """A page of headers."""
        return self._list("ListIdentifiers", told, lambda _snapshot, *header: self._header(*header))

    # -- lists ------------------------------------------------------------

    def _list(self, verb: str, told: Mapping[str, str], shown: Callable[[Snapshot, Header, str], str]) -> str:
        wanted = (
            self._resumed(verb, told["resumptionToken"]) if "resumptionToken" in told else self._asked(told)
        )
        # A release that was cleared away meanwhile is followed by the live one: what changed has moved behind
        # the place of the walk and is met there.
        snapshot = self.snapshots.named(wanted.release) if wanted.release else None
        snapshot = snapshot or self.snapshots.live()
        every = snapshot.between(wanted.since, wanted.until, wanted.named) if snapshot else []
        rest = [header for header in every if (header.at, header.id) > wanted.after]
        if snapshot is None or not (rest or wanted.given):
            raise Refusal("noRecordsMatch", "no record has such a datestamp and set")
        page = rest[: self.page_size]
        body = "".join(shown(snapshot, header, wanted.prefix) for header in page)
        paged = bool(wanted.given) or len(rest) > len(page)
        return (
            f"<{verb}>\n{body}{self._token(verb, wanted, snapshot, page, rest) if paged else ''}</{verb}>\n"
        )

    def _asked(self, told: Mapping[str, str]) -> Wanted:
        """A list request that begins."""
        since, until = told.get("from", ""), told.get("until", "")
        if since and until and bool(_DAY.fullmatch(since)) != bool(_DAY.fullmatch(until)):
            raise Refusal("badArgument", "from and until have different granularity")
        first, last = _moment(since, "from", end=False), _moment(until, "until", end=True)
        if first and last and first > last:
            raise Refusal("badArgument", "from is later than until")
        return Wanted(self._known_prefix(told["metadataPrefix"]), first, last, told.get("set", ""))

    def _known_prefix(self, prefix: str) -> str:
        live = self.snapshots.live()
        formats = live.formats if live else tuple(FORMATS)
        if prefix not in formats:
            raise Refusal("cannotDisseminateFormat", f"formats: {', '.join(formats)}")
        return prefix

    def _resumed(self, verb: str, token: str) -> Wanted:
        held = opened(token, self.key)
        if held is None or held.pop("verb", "") != verb:
            raise Refusal("badResumptionToken", "this is no token of this repository and verb; begin again")
        return Wanted(**{**held, "after": tuple(held["after"])})

    def _token(
        self,
        verb: str,
        wanted: Wanted,
        snapshot: Snapshot,
        page: Sequence[Header],
        rest: Sequence[Header],
    ) -> str:
        size = f'completeListSize="{wanted.given + len(rest)}" cursor="{wanted.given}"'
        if len(rest) == len(page):
            return f"<resumptionToken {size}/>\n"
        held = {
            "verb": verb,
            "prefix": wanted.prefix,
            "since": wanted.since,
            "until": wanted.until,
            "named": wanted.named,
            "release": snapshot.release,
            "after": [page[-1].at, page[-1].id],
            "given": wanted.given + len(page),
        }
        return f"<resumptionToken {size}>{seal(held, self.key)}</resumptionToken>\n"

    # -- one record ------------------------------------------------------------

    @property
    def _domain(self) -> str:
        """The domain of identifiers; an address of digits or without a dot is none to the scheme."""
        host = urlsplit(self.base_url).hostname or ""
        return host if _DOMAIN.fullmatch(host) else "rabis-sync.local"

    def _identifier(self, item_id: str) -> str:
        return f"oai:{self._domain}:{item_id}"

    def _found(self, identifier: str) -> tuple[Snapshot, Header]:
        live = self.snapshots.live()
        item_id = identifier.removeprefix(f"oai:{self._domain}:")
        if live is None or item_id == identifier or item_id not in live.by_id:
            raise Refusal("idDoesNotExist", "there is no such record here")
        return live, live.by_id[item_id]

    def _header(self, header: Header, prefix: str) -> str:
        sets = "".join(f"<setSpec>{name}</setSpec>" for name in header.sets)
        status = ' status="deleted"' if header.gone(prefix) else ""
        return (
            f"<header{status}>"
            f"<identifier>{xml_text(self._identifier(header.id))}</identifier>"
            f"<datestamp>{header.at}</datestamp>{sets}</header>\n"
        )

    def _record(self, snapshot: Snapshot, header: Header, prefix: str) -> str:
        metadata = "" if header.gone(prefix) else snapshot.record(header, prefix) or ""
        told = f"<metadata>\n{metadata}</metadata>\n" if metadata else ""
        return f"<record>{self._header(header, prefix)}{told}</record>\n"


def _checked(arguments: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The verb and its arguments.

    Raises:
        Refusal: badVerb or badArgument.
    """
    times = Counter(name for name, _ in arguments)
    told = dict(arguments)
    verb = told.pop("verb", "")
    if times["verb"] != 1 or verb not in _ARGUMENTS:
        raise Refusal("badVerb", "give one verb of the six")
    allowed, needed = _ARGUMENTS[verb]
    for name, number in times.items():
        if number > 1:
            raise Refusal("badArgument", f"{name} stands {number} times")
    if unknown := sorted(told.keys() - allowed):
        raise Refusal("badArgument", f"{verb} has no argument {', '.join(unknown)}")
    if "resumptionToken" in told:
        if len(told) > 1:
            raise Refusal("badArgument", "a resumptionToken stands alone")
        return verb, told
    for name, form in _WRITTEN.items():
        if name in told and not form.fullmatch(told[name]):
            raise Refusal("badArgument", f"{name} holds a character that no name has")
    if missing := sorted(needed - told.keys()):
        raise Refusal("badArgument", f"{verb} needs {', '.join(missing)}")
    return verb, told


def _moment(text: str, name: str, *, end: bool) -> str:
    """A datestamp in whole seconds; a day means its first or its last second."""
    if not text:
        return ""
    try:
        if _DAY.fullmatch(text):
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
            return moment(day + timedelta(days=1, seconds=-1) if end else day)
        if _SECOND.fullmatch(text):
            datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            return text
    except (ValueError, OverflowError):
        pass
    raise Refusal("badArgument", f"{name} is no datestamp such as 2026-11-22 or 2026-11-22T03:00:00Z")


_VERBS: dict[str, Callable[[Provider, Mapping[str, str]], str]] = {
    "Identify": Provider.identify,
    "ListMetadataFormats": Provider.list_metadata_formats,
    "ListSets": Provider.list_sets,
    "GetRecord": Provider.get_record,
    "ListRecords": Provider.list_records,
    "ListIdentifiers": Provider.list_identifiers,
}
