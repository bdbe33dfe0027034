"""How the blocks of Web-RABIS become fields: the shape of ``mappings/rabis_blocks.toml``.

A block is a group of the cataloguing form; each of its rows may become fields. Nothing here knows a tag or a
table: both stand in the file, which a library may replace by its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from rabis_sync.harvest.rabis.texts import Template

#: pydantic reads this attribute of a dataclass; the name is all that is known of pydantic here.
STRICT: dict[str, str] = {"extra": "forbid"}

#: What `Choice.otherwise` says to leave a text as it was written.
AS_WRITTEN = "="


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{where}: {pattern!r} is no regular expression: {error}") from error


@dataclass(frozen=True)
class Choice:
    """A list by which a text of the catalogue becomes a code of the format.

    Attributes:
        values: regular expression looked for in the text -> code; the first that is found counts.
        otherwise: the code when none is found; ``=``: the text itself.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    values: dict[str, str] = field(default_factory=dict)
    otherwise: str = AS_WRITTEN

    def __post_init__(self) -> None:
        """Raises ValueError for an expression that is none."""
        _ = self.patterns

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The expressions, compiled."""
        return tuple((_compiled(text, "choice"), code) for text, code in self.values.items())

    def of(self, text: str) -> str:
        """The code for a text."""
        for pattern, code in self.patterns:
            if pattern.search(text):
                return code
        return text if self.otherwise == AS_WRITTEN else self.otherwise


@dataclass(frozen=True)
class SubfieldRule:
    """Where one subfield comes from: columns, several of them together, or always the same.

    Attributes:
        code: subfield code; empty in a control field.
        columns: the first of these that says something; ``city.code`` is the code of a dictionary's entry.
        template: or several put together: ``{volume} {type_unit}``; nothing when no column says anything, but
            a template without columns always stands.
        value: or always this; it makes no field by itself.
        pattern: of the text only the first group of this expression; nothing when it does not fit.
        split: expression between several values; each becomes a subfield.
        choice: list of ``[choices]`` that says it in the format's terms.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    code: str = ""
    columns: list[str] = field(default_factory=list)
    template: str = ""
    value: str = ""
    pattern: str = ""
    split: str = ""
    choice: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError unless there is exactly one origin, and every expression is one."""
        if sum(map(bool, (self.columns, self.template, self.value))) != 1:
            message = f"subfield {self.code!r}: give one of columns, template and value"
            raise ValueError(message)
        part = self.part
        if part is not None and not part.groups:
            message = f"subfield {self.code!r}: the pattern has no group"
            raise ValueError(message)
        _ = self.between

    @cached_property
    def part(self) -> re.Pattern[str] | None:
        """The pattern, compiled."""
        return _compiled(self.pattern, f"subfield {self.code!r}") if self.pattern else None

    @cached_property
    def refined(self) -> bool:
        """The text is not taken as it stands."""
        return bool(self.pattern or self.split or self.choice)

    @cached_property
    def between(self) -> re.Pattern[str] | None:
        """What stands between several values, compiled."""
        return _compiled(self.split, f"subfield {self.code!r}") if self.split else None


@dataclass(frozen=True)
class FieldRule:
    """A field that a row may become.

    Attributes:
        tag: its tag.
        first: tag of the first such field of a record instead (the main entry).
        indicators: both.
        subfields: in the field's order; without any text from a column there is no field.
        embedded: fields that it carries inside, each opened by ``$1``.
        when: column -> expression that its whole text must match; absent and empty are the same.
        unless: tags whose presence makes the field needless (a fallback).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tag: str
    first: str = ""
    indicators: str = "  "
    subfields: list[SubfieldRule] = field(default_factory=list)
    embedded: list[FieldRule] = field(default_factory=list)
    when: dict[str, str] = field(default_factory=dict)
    unless: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError for what can be no field."""
        if len(self.tag) != 3 or len(self.indicators) != 2:
            message = f"field {self.tag!r}: a tag has three characters, indicators are two"
            raise ValueError(message)
        _ = self.conditions, self.columns

    @cached_property
    def columns(self) -> frozenset[str]:
        """Columns that the field and those inside it ask for."""
        own = {name for one in self.subfields for name in (*one.columns, *Template(one.template).columns)}
        return frozenset(own | set(self.when)).union(*(inner.columns for inner in self.embedded))

    @cached_property
    def conditions(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """What the row must show, compiled."""
        return tuple((name, _compiled(text, f"field {self.tag}")) for name, text in self.when.items())


@dataclass(frozen=True)
class BlockRule:
    """What the rows of a block mean.

    Attributes:
        tables: names of the block's table without ``ebook_``, as deployments differ; empty text: ``ebook``.
        name: expression looked for in the block's name, for blocks that share a table; empty: any other.
        dictionaries: column -> dictionary of ``[dictionaries]`` that a number in it points into.
        fields: what each row becomes; none: the block is known, is kept with the record, and says nothing.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    tables: list[str]
    name: str = ""
    dictionaries: dict[str, str] = field(default_factory=dict)
    fields: list[FieldRule] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError for an expression that is none."""
        _ = self.called

    @cached_property
    def called(self) -> re.Pattern[str]:
        """The block's name, compiled."""
        return _compiled(self.name, f"block {self.tables}")


@dataclass(frozen=True)
class BlockMapping:
    """The whole file.

    Attributes:
        leader: template of the leader.
        deleted: codes of ``directory_state`` that a deleted record has.
        states: names of the table of states.
        record: dictionaries of the columns of ``ebook``: column -> dictionary.
        dictionaries: dictionary -> names its table may have.
        years: ``table.column`` whose texts hold the year of publication, in order of preference.
        titles: the same for the title of the record, which decides the script.
        languages: the same for the language of the text.
        choices: lists of codes; `NEEDED` are asked for by name, and ``language`` where it is there.
        fields: fields of the record itself, from its own columns and what is computed of it.
        blocks: rules in order; the first that fits a block counts.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    leader: str
    fields: list[FieldRule]
    blocks: list[BlockRule]
    choices: dict[str, Choice]
    dictionaries: dict[str, list[str]] = field(default_factory=dict)
    record: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=lambda: ["Ebook.Deleted"])
    states: list[str] = field(default_factory=lambda: ["directory_state", "dictionary_state"])
    years: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raises ValueError where the file names a list or a dictionary that it does not have."""
        wanted = {name for block in self.blocks for name in block.dictionaries.values()}
        missing = sorted((wanted | set(self.record.values())) - set(self.dictionaries))
        if missing:
            message = f"there is no dictionary {', '.join(missing)}"
            raise ValueError(message)
        rules = [rule for block in self.blocks for rule in block.fields] + self.fields
        asked = {one.choice for rule in rules for inner in [rule, *rule.embedded] for one in inner.subfields}
        lost = sorted((asked - {""} | NEEDED) - set(self.choices))
        if lost:
            message = f"there is no list [choices.{lost[0]}]"
            raise ValueError(message)

    def columns_of(self, table: str) -> frozenset[str]:
        """Columns of a table (without ``ebook_``; empty: of ``ebook`` itself) that the file asks for."""
        rules = [rule for block in self.blocks if table in block.tables for rule in block.fields]
        found = {name for block in self.blocks if table in block.tables for name in block.dictionaries}
        if not table:
            rules += self.fields
            found |= set(self.record)
        found |= {name for rule in rules for name in rule.columns}
        places = [place.partition(".") for place in (*self.years, *self.titles, *self.languages)]
        found |= {column for owner, _, column in places if owner == table}
        return frozenset(name.partition(".")[0] for name in found)

    def rule_for(self, table: str, name: str) -> BlockRule | None:
        """The rule of a block by its table (without ``ebook_``) and its name; None: nobody knows it."""
        known = self._known
        if (table, name) not in known:
            fitting = (rule for rule in self.blocks if table in rule.tables and rule.called.search(name))
            known[table, name] = next(fitting, None)
        return known[table, name]

    @cached_property
    def _known(self) -> dict[tuple[str, str], BlockRule | None]:
        """Rules that were looked for already."""
        return {}


#: Lists that every record is asked for.
NEEDED = frozenset({"level", "kind", "date_type", "script"})
