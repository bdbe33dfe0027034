"""`config.toml`, mappings and jobs become frozen values; every problem is told at once, with its place.

Every table of TOML is validated into a standard dataclass: types by pydantic, unknown keys named with the
nearest known one. Any key ``x`` may be written ``x_env = "NAME"``: the value then comes from the environment,
which is the only place for a secret.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from rabis_sync.config.sections import SECTIONS, Configuration, SourceSection
from rabis_sync.errors import ConfigError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "SECTIONS",
    "Configuration",
    "OptionTypes",
    "SourceSection",
    "bundled",
    "load",
    "parsed",
    "read_toml",
    "required",
]

T = TypeVar("T")
Toml = dict[str, Any]
#: Sections of any number of tables, each of a kind that a plugin knows.
_PLUGGED = ("sources", "ledgers", "notices")

#: Option dataclasses by section (``sources``, ``ledgers``) and kind, as the registries know them.
OptionTypes = Mapping[str, Mapping[str, type]]


def load(path: Path, option_types: OptionTypes) -> Configuration:
    """Read and check a configuration.

    Raises:
        ConfigError: the file is missing, no TOML, or wrong; the message lists every problem with its place.
    """
    content = _content(path)
    raw = parsed(path)
    problems: list[str] = list(_unknown(raw, SECTIONS, ""))
    parts: Toml = {name: _section(kind, raw.get(name, {}), name, problems) for name, kind in _plain(raw)}
    for name in _PLUGGED:
        parts[name] = _plugged(name, raw.get(name, {}), option_types.get(name, {}), problems)
    _complain(path, problems)
    parts.setdefault("rights", None)
    fingerprint, secrets = sha256(content).hexdigest(), frozenset(_secrets(raw))
    return Configuration(path=path.resolve(), fingerprint=fingerprint, secrets=secrets, **parts)


def read_toml(path: Path, kind: type[T]) -> T:
    """Read one mapping or job file into its dataclass.

    Raises:
        ConfigError: as `load`.
    """
    raw = parsed(path)
    problems: list[str] = []
    value = _section(kind, raw, "", problems)
    _complain(path, problems)
    return cast("T", value)


def parsed(path: Path) -> Toml:
    """A TOML file as plain values.

    Raises:
        ConfigError: the file is missing, cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(_content(path).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="Save it as text in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error


def bundled(name: str) -> Path:
    """What comes with the program under that name: inside the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / name
    return inside if inside.exists() else package.parent / name


def _plain(raw: Toml) -> Iterator[tuple[str, type]]:
    for name, kind in SECTIONS.items():
        if name not in _PLUGGED and (name != "rights" or name in raw):
            yield name, kind


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no file {path}",
            hint="`rabis-sync init DIR` writes one, `--config FILE` names another.",
        ) from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error


def _plugged(section: str, tables: Any, kinds: Mapping[str, type], problems: list[str]) -> Toml:
    """Sources or ledgers: the keys all kinds share, and those of the plugin named by `kind`."""
    found: Toml = {}
    shared = [one.name for one in fields(SECTIONS[section]) if one.name != "options"]
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        problems.append(f"{section}: expected tables like [{section}.NAME]")
        return found
    for name, table in tables.items():
        place = f"{section}.{name}"
        kind = table.get("kind")
        if isinstance(kind, str) and kind not in kinds:
            near = nearest(kind, kinds)
            guess = f", did you mean {near!r}?" if near else ""
            problems.append(f"{place}.kind: unknown kind {kind!r}{guess} (known: {', '.join(sorted(kinds))})")
            continue
        common = _section(SECTIONS[section], {k: v for k, v in table.items() if k in shared}, place, problems)
        own = {key: value for key, value in table.items() if key not in shared}
        options = _section(kinds[kind], own, place, problems, also=shared) if isinstance(kind, str) else None
        if common is not None:
            found[name] = type(common)(**{key: getattr(common, key) for key in shared}, options=options)
    return found


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    """What checks tables of this type; making it takes longer than the check."""
    return TypeAdapter(kind)


def _section(kind: type, table: Any, place: str, problems: list[str], also: list[str] | None = None) -> Any:
    """One validated table, or None with the problems told."""
    if not isinstance(table, dict):
        problems.append(f"{place}: expected a table, found {table!r}")
        return None
    before = len(problems)
    problems += _open_secrets(table, kind, place)
    table, unset = _from_environment(table, kind, place)
    problems += unset
    problems += _unknown(table, kind, place, also or [])
    try:
        value: Any = _adapter(kind).validate_python(table)
    except ValidationError as error:
        problems += [
            _told(one, place) for one in error.errors() if one["type"] != "unexpected_keyword_argument"
        ]
        return None
    return value if len(problems) == before else None


def _open_secrets(table: Toml, kind: type, place: str) -> Iterator[str]:
    """Secrets that stand in the file itself, which is copied, mailed and kept in backups."""
    secret = [one.name for one in fields(kind) if one.metadata.get("secret")] if is_dataclass(kind) else []
    for key in secret:
        if table.get(key):
            named = f'{key}_env = "NAME"'
            yield f"{place}.{key}: a secret does not stand here: write {named}, the environment has its value"


def _told(error: Any, place: str) -> str:
    where = ".".join(str(part) for part in ([place] if place else []) + list(error["loc"]))
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{where}: this key is needed and missing"
    given = error.get("input")
    return f"{where}: {message}" if error["type"] == "value_error" else f"{where}: {message}, found {given!r}"


def _from_environment(table: Toml, kind: type, place: str) -> tuple[Toml, list[str]]:
    """Replace every ``key_env`` of a known key by the value of that variable."""
    known = {one.name for one in fields(kind)} if is_dataclass(kind) else set()
    filled: Toml = {}
    unset = []
    for key, value in table.items():
        stem = key.removesuffix("_env")
        if key in known or stem == key or stem not in known:
            filled[key] = value
        elif str(value) in os.environ:
            filled[stem] = os.environ[str(value)]
        else:
            filled[stem] = ""
            unset.append(f"{place}.{key}: the environment has no variable {value!r}")
    return filled, unset


def _secrets(table: Toml) -> Iterator[str]:
    """What came from the environment by ``key_env``, at every depth."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _secrets(value)
        elif key.endswith("_env") and os.environ.get(str(value)):
            yield os.environ[str(value)]


def _unknown(table: Toml, kind: Any, place: str, also: list[str] | None = None) -> Iterator[str]:
    """Keys no dataclass in `kind` has, at every depth."""
    if isinstance(kind, dict):
        known: dict[str, Any] = dict.fromkeys(kind)
    else:
        known = _hints(kind)
    for key, value in table.items():
        where = f"{place}.{key}" if place else key
        if key not in known:
            near = nearest(key, [*known, *(also or [])])
            guess = f", did you mean {near!r}?" if near else f" (known: {', '.join(known)})"
            yield f"{where}: unknown key{guess}"
            continue
        for inner, part, at in _nested(known[key], value, where):
            yield from _unknown(part, inner, at)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Types of the keys that a table of this type may have."""
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind) if one.name != "options"}


def _nested(hint: Any, value: Any, place: str) -> Iterator[tuple[type, Toml, str]]:
    """Dataclasses in ``X``, ``dict[str, X]``, ``list[X]``, ``X | None``, each with its part of the value."""
    if is_dataclass(hint) and isinstance(value, dict):
        yield cast("type", hint), value, place
    elif get_origin(hint) is dict and isinstance(value, dict):
        for key, part in value.items():
            yield from _nested(get_args(hint)[1], part, f"{place}.{key}")
    elif get_origin(hint) in {list, tuple} and isinstance(value, list):
        for number, part in enumerate(value):
            yield from _nested(get_args(hint)[0], part, f"{place}[{number}]")
    else:
        for inner in get_args(hint):
            if is_dataclass(inner) and isinstance(value, dict):
                yield cast("type", inner), value, place


def _complain(path: Path, problems: list[str]) -> None:
    if not problems:
        return
    counted = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
    listed = "".join(f"\n  {problem}" for problem in problems)
    raise ConfigError(f"{path}: {counted}{listed}")


def required(kind: type) -> list[str]:
    """Keys a table of this dataclass cannot do without."""
    return [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
