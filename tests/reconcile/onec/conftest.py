"""An infobase on a real socket, and the ledger that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo.standin import StandIn
from rabis_sync.reconcile.ledgers.onec_odata import Ledger, Options
from tests.reconcile.onec.infobase import ROOT, OneC, Under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.reconcile.ledgers import Surroundings


@pytest.fixture
def one_c() -> Iterator[OneC]:
    """An infobase with nothing in it."""
    infobase = OneC()
    with StandIn(Under({ROOT: infobase})) as standin:
        infobase.url = f"{standin.url.rstrip('/')}{ROOT}"
        yield infobase


@pytest.fixture
def books(one_c: OneC, around: Surroundings) -> Callable[..., Ledger]:
    """The ledger of an infobase."""

    def build(**options: Any) -> Ledger:
        return Ledger(Options(one_c.url, one_c.user, one_c.password, **options), around)

    return build
