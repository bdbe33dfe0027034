"""What every source promises, whoever wrote it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from rabis_sync.harvest.sources import OPTIONS, SOURCES


@pytest.mark.parametrize("name", SOURCES.names())
def test_a_source_has_frozen_options_each_with_a_sentence(name: str) -> None:
    options = OPTIONS.get(name)
    assert is_dataclass(options)
    assert options.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(one.metadata.get("doc", "").endswith(".") for one in fields(options))


@pytest.mark.parametrize("name", SOURCES.names())
def test_a_source_can_be_read_and_checked(name: str) -> None:
    source = SOURCES.get(name)
    assert callable(source.pages)
    assert callable(source.check)
