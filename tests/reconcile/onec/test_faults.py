"""Whatever 1C or somebody before it does, nothing is lost silently and the message says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo.standin import Answer
from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.reconcile.entry import Entry
from rabis_sync.reconcile.ledgers.onec_odata import Ledger, Options
from rabis_sync.reconcile.onec.mapping import OneCMapping, Read
from tests.reconcile.onec.infobase import LICENCE, OneC, complaint, guid

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.reconcile.ledgers import Surroundings

    Books = Callable[..., Ledger]

CARDS = "Catalog_ОсновныеСредства"
HTML = Answer(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><body>Please wait</body></html>")
EXCEPTION = {
    "exception": {
        "descr": "HTTP: Forbidden. Ошибка при выполнении запроса GET к ресурсу",
        "inner": {"descr": "Недостаточно прав доступа", "creationStack": "0x01"},
    }
}


def card(number: int, **more: Any) -> dict[str, Any]:
    """The card of a copy."""
    return {
        "Ref_Key": guid(number), "DeletionMark": False, "IsFolder": False, "Code": f"{number:09d}",
        "Description": "Книга", "НаименованиеПолное": "Книга",
    } | more  # fmt: skip


@pytest.fixture
def cards(one_c: OneC) -> OneC:
    """Twenty-five cards of one title."""
    one_c.sets = {CARDS: [card(number) for number in range(1, 26)]}
    return one_c


def keys(books: Ledger) -> list[str]:
    """Inventory numbers in the order in which they come."""
    return [one.inventory_key for one in books.entries() if isinstance(one, Entry)]


WHOLE = [str(number) for number in range(1, 26)]


@pytest.mark.parametrize("page_size", [1, 7, 24, 25, 26, 1000])
def test_pages_of_any_size_give_every_row_once(cards: OneC, books: Books, page_size: int) -> None:
    assert keys(books(page_size=page_size)) == WHOLE
    assert all("$orderby=Code,Ref_Key" in one for one in cards.asked if one.startswith(CARDS))


def test_the_server_s_own_paging_is_followed(cards: OneC, books: Books) -> None:
    cards.onward = 10
    assert keys(books()) == WHOLE


def test_the_next_rows_at_another_server_are_not_asked_for(cards: OneC, books: Books) -> None:
    body = json.dumps({"value": [card(1)], "odata.nextLink": "http://elsewhere.example/more"}).encode()
    cards.fault = lambda path, _number: Answer(200, {}, body) if path == CARDS else None
    with pytest.raises(FatalError, match="another server"):
        keys(books())


@pytest.mark.parametrize("change", ["insert", "delete"])
def test_a_row_that_comes_or_goes_meanwhile_neither_hides_nor_repeats_another(
    cards: OneC, books: Books, change: str
) -> None:
    def work(path: str, number: int) -> None:
        if number == 3 and change == "insert":
            cards.sets[CARDS].insert(0, card(0, Code="000000000"))
        elif number == 3:
            del cards.sets[CARDS][0]

    cards.fault = work
    found = keys(books(page_size=7))
    assert found == (["0", *WHOLE] if change == "insert" else WHOLE[1:])


def test_a_row_exchanged_for_another_is_noticed_though_the_number_is_the_same(
    cards: OneC, books: Books
) -> None:
    def work(_path: str, number: int) -> None:
        if number == 3:
            del cards.sets[CARDS][0]
            cards.sets[CARDS].append(card(99))

    cards.fault = work
    assert keys(books(page_size=7)) == [*WHOLE[1:], "99"]


def test_a_set_that_never_stands_still_is_read_another_time(cards: OneC, books: Books) -> None:
    def work(_path: str, number: int) -> None:
        cards.sets[CARDS].insert(0, card(1000 + number, Code=f"000000000{number}"))

    cards.fault = work
    with pytest.raises(SourceAway, match="changed each of the 3 times") as error:
        keys(books(page_size=7))
    assert "at night" in error.value.hint


def test_a_server_that_ignores_how_many_rows_to_pass_over_is_not_read_for_ever(
    cards: OneC, books: Books
) -> None:
    body = json.dumps({"value": [card(1), card(2)]}).encode()
    cards.fault = lambda path, _number: Answer(200, {}, body) if path == CARDS else None
    with pytest.raises(SourceAway, match="changed"):
        keys(books(page_size=2))
    assert len(cards.asked) < 10


def test_an_older_platform_is_asked_in_its_own_form(cards: OneC, books: Books) -> None:
    cards.slim = False
    assert keys(books()) == WHOLE


@pytest.mark.parametrize(
    ("answer", "kind", "message", "hint"),
    [
        (complaint(403, "0", "Недостаточно прав"), FatalError, "may not read", "Удаленный доступ OData"),
        (Answer(403, {}, json.dumps(EXCEPTION).encode()), FatalError, "Недостаточно прав", "«Чтение»"),
        (complaint(500, "-1", "Нарушение прав доступа!"), FatalError, "Библиотека", "without limits"),
        (complaint(404, "8", "Тип сущности не найден"), ConfigError, "is not published", "«Состав»"),
        (Answer(404, {}, b"<html>IIS 404</html>"), SourceAway, "IIS 404", "Check url"),
        (complaint(400, "14", "Ошибка разбора опций запроса"), FatalError, "Ошибка разбора", "where"),
        (complaint(500, "-1", "Неверные параметры"), FatalError, "Неверные параметры", "mapping"),
        (complaint(500, "-1", "Данные заблокированы монопольно"), SourceAway, "монопольно", "next run"),
        (Answer(500, {}, LICENCE), SourceAway, "No free licence found", "licences"),
        (HTML, SourceAway, "a page for people", "maintained"),
        (Answer(200, {}, b'{"value": [{"Ref_Key":'), SourceAway, "no JSON", "maintained"),
        (Answer(200, {}, b"[]"), SourceAway, "JSON without rows", "maintained"),
        (Answer(200, {}, b'{"value": [1]}'), SourceAway, "JSON without rows", "maintained"),
        (Answer(503, {}, b""), SourceAway, "503", ""),
        (Answer(405, {}, b"<error><code>6</code><message>no</message></error>"), FatalError, ": no", "names"),
    ],
)  # fmt: skip
def test_a_complaint_says_what_is_wrong_and_what_to_do(
    cards: OneC, books: Books, answer: Answer, kind: type[Exception], message: str, hint: str
) -> None:
    cards.fault = lambda path, _number: answer if path == CARDS else None
    with pytest.raises(kind, match=message) as error:
        keys(books())
    assert hint in error.value.hint  # type: ignore[attr-defined]  # every error of ours has one


def test_a_user_1c_does_not_know_is_told_without_the_password(cards: OneC, around: Surroundings) -> None:
    with pytest.raises(FatalError, match="does not know the user 'Кто'") as error:
        Ledger(Options(cards.url, "Кто", "тайна"), around).check()
    assert "password_env" in error.value.hint
    assert "тайна" not in f"{error.value}{Options(cards.url, 'Кто', 'тайна')}"


def test_a_description_that_is_none_is_tried_again_later(cards: OneC, books: Books) -> None:
    cards.fault = lambda _path, _number: HTML
    with pytest.raises(SourceAway, match="no description of an infobase"):
        books().check()


def test_a_description_with_entities_of_its_own_is_refused(cards: OneC, books: Books) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    cards.fault = lambda _path, _number: Answer(200, {}, bomb)
    with pytest.raises(SourceAway, match="declares entities"):
        books().check()


def test_an_object_that_is_not_published_is_named(cards: OneC, books: Books) -> None:
    cards.hidden.add(CARDS)
    cards.sets["Catalog_Склады"] = [{"Ref_Key": guid(1)}]
    with pytest.raises(ConfigError, match=f"does not publish {CARDS}") as error:
        books().check()
    assert CARDS in error.value.hint


def test_an_attribute_that_is_not_there_is_named_with_the_one_that_is_meant(
    cards: OneC, books: Books, around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = OneCMapping([Read(CARDS, "copies", {"inventory_number": "Code", "title": "Descripton"})])
    monkeypatch.setattr(type(around), "mapping", property(lambda _self: lambda _name, _kind: mapping))
    with pytest.raises(ConfigError, match="no attribute 'Descripton', but 'Description'"):
        books().check()


def test_check_asks_every_object_for_a_row_so_that_missing_rights_show(cards: OneC, books: Books) -> None:
    assert books().check() == f"{cards.url}, 1 objects published, 1 read"
    cards.forbidden.add(CARDS)
    with pytest.raises(FatalError, match=f"may not read {CARDS}"):
        books().check()


@pytest.mark.parametrize("ending", ["", "/", "odata/standard.odata", "odata/standard.odata/?$format=json"])
def test_the_address_of_the_publication_is_enough(cards: OneC, around: Surroundings, ending: str) -> None:
    url = cards.url.removesuffix("odata/standard.odata/").rstrip("/") + ("/" + ending if ending else "")
    assert keys(Ledger(Options(url, cards.user, cards.password), around)) == WHOLE


@pytest.mark.parametrize(
    "wrong", [{"url": "1c.example.kz"}, {"page_size": 0}, {"timeout": 0}, {"currency": "tenge"}]
)
def test_options_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"web address|page_size|currency"):
        Options(**{"url": "https://1c.example.kz/lib", **wrong})


@pytest.mark.parametrize(
    ("reads", "message"),
    [
        ([Read(CARDS, "copies"), Read("Catalog_Б", "copies")], "two objects give copies"),
        ([Read("Document_А", "moved", rows="ОС", card="ОС")], "no object gives copies"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(reads: list[Read], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OneCMapping(reads)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"gives": "books"}, "known: account"),
        ({"gives": "details"}, "card is missing"),
        ({"gives": "moved", "card": "ОС"}, "rows is missing"),
        ({"gives": "copies", "fields": {"shelf": "Полка"}}, "no such field: shelf"),
    ],
)
def test_a_read_that_cannot_work_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Read(CARDS, **wrong)
