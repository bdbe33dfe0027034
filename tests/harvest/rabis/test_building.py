"""Rows become a record by the mapping alone; what is no rows becomes nothing, with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rabis_sync import config
from rabis_sync.harvest.rabis.building import REASONS, Builder
from rabis_sync.harvest.rabis.cards import REASON
from rabis_sync.harvest.rabis.mapping import BlockMapping, Choice, FieldRule, SubfieldRule
from rabis_sync.harvest.rabis.texts import Row, Template, text_of, years
from rabis_sync.marc.fields import SUBFIELD, MarcRecord


def described(*blocks: dict[str, Any], **columns: Any) -> dict[str, Any]:
    return {
        "ebook": {"id": 7, "title": "Книга", **columns},
        "parent": None,
        "set": False,
        "blocks": list(blocks),
    }


def block(table: str, *rows: dict[str, Any], name: str = "") -> dict[str, Any]:
    return {"table": table, "name": name, "rows": list(rows)}


def lines(record: MarcRecord, *tags: str) -> list[str]:
    return [f"{tag} {text.replace(SUBFIELD, '$')}" for tag, text in record.fields if tag in tags]


@pytest.mark.parametrize("reason", [*REASONS, REASON])
def test_every_reason_for_quarantine_is_explained_in_three_languages(reason: str) -> None:
    texts = config.parsed(config.bundled("mappings") / "issues.toml")["quarantine"][reason]
    assert set(texts) == {"kk", "ru", "en"}
    assert all(texts.values())


def test_the_kept_bytes_alone_give_the_same_record_again(builder: Any) -> None:
    first = builder.decoded(described(block("note", {"note": "Ескерту"}), create_date="2020-01-02 03:04:05"))
    again = builder.decode(first.raw)
    assert (again.canonical, again.raw) == (first.canonical, first.raw)
    assert (again.syntax, again.encoding, again.confidence) == ("rabis", "utf-8", 1.0)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"ebook": 1}', b"\xff", b"[" * 100_000])
def test_bytes_that_are_no_rows_stay_in_quarantine(builder: Any, raw: bytes) -> None:
    found = builder.decode(raw)
    assert (found.reason, found.raw) == ("rabis_rows", raw)


@pytest.mark.parametrize("blocks", [None, 1, [1], [{"table": "note"}], [{"table": "note", "rows": [1, "x"]}]])
def test_rows_of_another_shape_break_nothing(builder: Any, blocks: Any) -> None:
    found = builder.decode(json.dumps({"ebook": {"id": 7, "title": "Книга"}, "blocks": blocks}).encode())
    assert lines(found.record, "200") == ["200 1 $aКнига"]


def test_marks_of_fields_and_breaks_of_lines_do_not_tear_a_record_apart(builder: Any) -> None:
    found = builder.decoded(described(title="А\x1eБ\x1fВ\x1dГ\r\nД\u2028Е\xad"))
    assert lines(found.record, "200") == ["200 1 $aА Б В Г Д Е"]
    assert MarcRecord.from_canonical(found.canonical) == found.record


def test_letters_are_composed(builder: Any) -> None:
    found = builder.decoded(described(title="Край родно\u0438\u0306"))
    assert lines(found.record, "200") == ["200 1 $aКрай родной"]


@pytest.mark.parametrize(
    ("author", "fields"),
    [
        ("Әуезов, М. О.", "$aӘуезов$bМ. О."),
        ("Әуезов М.О.", "$aӘуезов$bМ.О."),
        ("Әуезов, Мұхтар Омарханұлы", "$aӘуезов$gМұхтар Омарханұлы"),
        ("Абай", "$aАбай"),
        ("Мамин-Сибиряк Д. Н.", "$aМамин-Сибиряк$bД. Н."),
    ],
)
def test_an_author_is_divided_into_surname_and_initials(builder: Any, author: str, fields: str) -> None:
    found = builder.decoded(described(block("author", {"author": author}, name="Индивидуальный автор")))
    assert lines(found.record, "700") == [f"700  1{fields}"]


def test_the_first_author_is_the_main_entry_and_an_undivided_name_stays_whole(builder: Any) -> None:
    rows = {"author": "Лев XIII", "nerazdel_author": 1}, {"author": "Пушкин А. С.", "nerazdel_author": 0}
    found = builder.decoded(described(block("author", *rows)))
    assert lines(found.record, "700", "701") == ["700  0$aЛев XIII", "701  1$aПушкин$bА. С."]


def test_title_and_author_of_the_record_stand_in_where_no_block_gives_one(builder: Any) -> None:
    found = builder.decoded(described(author="Әуезов М. О."))
    assert lines(found.record, "200", "700") == ["200 1 $aКнига$fӘуезов М. О.", "700  1$aӘуезов$bМ. О."]
    told = described(block("titles", {"title": "Абай жолы"}), block("author", {"author": "Б"}), author="В")
    assert lines(builder.decoded(told).record, "200", "700") == ["200 1 $aАбай жолы", "700  1$aБ"]


@pytest.mark.parametrize(
    ("columns", "leader"),
    [
        ({}, "am0"),
        ({"parent": True}, "am2"),
        ({"set": True}, "am1"),
        ({"b_level_id": {"code": "А", "name": "Аналитический"}, "parent": True}, "aa "),
        ({"b_level_id": {"code": "П", "name": "Мерзімді басылым"}}, "as0"),
        ({"type_descr_id": {"name": "Электронный ресурс"}}, "lm0"),
        ({"type_descr_id": {"name": "Ноты"}}, "cm0"),
        ({"type_descr_id": {"name": "Карты географические"}}, "em0"),
    ],
)
def test_level_and_kind_come_from_the_dictionaries(
    builder: Any, columns: dict[str, Any], leader: str
) -> None:
    whole = described(**{name: value for name, value in columns.items() if name not in {"parent", "set"}})
    whole["parent"] = {"id": 1, "title": "Жинақ"} if "parent" in columns else None
    whole["set"] = "set" in columns
    assert builder.decoded(whole).record.leader[6:9] == leader


def test_an_article_in_a_book_names_the_book(builder: Any) -> None:
    source = {
        "title": "Қарағанды",
        "authors": "А. Иванов",
        "data_out": "Алматы",
        "year": "2001",
        "pages": "С. 3-9",
    }
    found = builder.decoded(described(block("source", source), b_level_id={"name": "Аналитическая запись"}))
    assert lines(found.record, "461", "463") == [
        "463  0$12001 $aҚарағанды$fА. Иванов$vС. 3-9$1210  $aАлматы$d2001"
    ]
    assert lines(found.record, "100")[0][len("100   $a") + 8 :].startswith("d2001")


@pytest.mark.parametrize("krv", [True, "t", 1])
def test_local_history_is_kept(builder: Any, krv: Any) -> None:
    assert lines(builder.decoded(described(krv=krv)).record, "979")
    assert not lines(builder.decoded(described(krv=False)).record, "979")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2019", ("year", "2019", "")),
        ("[1985]", ("year", "1985", "")),
        ("cop. 2001", ("year", "2001", "")),
        ("1997-1999", ("years", "1997", "1999")),
        ("1997–1999 гг.", ("years", "1997", "1999")),
        ("1998-", ("open", "1998", "")),
        ("19--", ("decade", "1900", "1999")),
        ("198-?", ("decade", "1980", "1989")),
        ("19987", ("none", "", "")),
        ("3019", ("none", "", "")),
        ("", ("none", "", "")),
        ("2003 (обл. 2004)", ("year", "2003", "")),
    ],
)
def test_years_are_read_as_far_as_they_are_written(text: str, found: tuple[str, str, str]) -> None:
    assert years(text) == found


def test_a_row_gives_texts_whatever_it_holds() -> None:
    values = {
        "a": 7,
        "b": True,
        "c": False,
        "d": None,
        "e": {"code": "kz", "name": ""},
        "g": " x\ty ",
        "h": [1],
    }
    row = Row.of(values)
    assert [row[name] for name in "abcdegh"] == ["7", "1", "", "", "kz", "x y", ""]
    assert (row["e.code"], row["a.code"], row["z"], row["z.code"]) == ("kz", "", "", "")
    assert Row.of({"id": 3}, "parent.") == {"parent.id": "3"}
    assert text_of(1.5) == ""


def test_a_template_pads_and_cuts() -> None:
    assert Template("{a:<4.4}|{b:.2}").fill({"a": "x", "b": "yyy"}) == "x   |yy"


@pytest.mark.parametrize(
    "part",
    [
        {"code": "a"},
        {"code": "a", "value": "x", "columns": ["y"]},
        {"code": "a", "columns": ["y"], "pattern": "("},
        {"code": "a", "columns": ["y"], "pattern": "x"},
        {"code": "a", "template": "{"},
        {"code": "a", "columns": ["y"], "colour": "red"},
    ],
)
def test_a_subfield_that_cannot_work_is_refused_when_the_file_is_read(part: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(FieldRule).validate_python({"tag": "200", "subfields": [part]})


@pytest.mark.parametrize(
    "wrong", [{"tag": "20"}, {"tag": "200", "indicators": "1"}, {"tag": "200", "when": {"a": "("}}]
)
def test_a_field_that_cannot_work_is_refused_when_the_file_is_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(FieldRule).validate_python(wrong)


def test_a_mapping_names_only_lists_and_dictionaries_that_it_has() -> None:
    choices: dict[str, Any] = {name: {} for name in ("level", "kind", "date_type", "script")}
    good: dict[str, Any] = {"leader": "x", "fields": [], "blocks": [], "choices": choices}
    TypeAdapter(BlockMapping).validate_python(good)
    field: dict[str, Any] = {"tag": "101", "subfields": [{"code": "a", "columns": ["x"], "choice": "lost"}]}
    wrongs: list[dict[str, Any]] = [
        {"choices": {}},
        {"blocks": [{"tables": ["a"], "dictionaries": {"x": "lost"}}]},
        {"record": {"x": "lost"}},
        {"fields": [field]},
        {"fields": [{"tag": "461", "embedded": [field]}]},
        {"blocks": [{"tables": ["a"], "name": "("}]},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError, match=r"lost|there is no list|expression"):
            TypeAdapter(BlockMapping).validate_python({**good, **wrong})


def test_a_choice_leaves_as_written_what_it_does_not_know() -> None:
    assert Choice({"^каз": "kaz"}).of("Казахский") == "kaz"
    assert Choice({"^каз": "kaz"}).of("эльфийский") == "эльфийский"
    assert Choice({"^каз": "kaz"}, otherwise="und").of("эльфийский") == "und"


def test_a_constant_alone_makes_no_field(mapping: BlockMapping) -> None:
    rule = FieldRule("686", subfields=[SubfieldRule("a", columns=["udk"]), SubfieldRule("2", value="rubbk")])
    assert rule.columns == {"udk"}
    found: Any = Builder(mapping).decoded(described(block("bbk_m", {"index": None}, {"index": "Ш5"})))
    assert lines(found.record, "686") == ["686   $aШ5$vLBC/SL$2rubbk"]
