"""One registry for all extension rooms: a module file in the room's package is a plugin of that name.

A plugin module defines one attribute with the room's agreed name (``Source``, ``RULE``, ``Ledger``,
``Feed``). Nothing is imported before it is asked for, and nothing has to be listed anywhere.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

from rabis_sync.errors import UnknownName

T = TypeVar("T")


class Registry(Generic[T]):
    """The plugins of one package.

    Args:
        package: dotted name of the package whose modules are the plugins.
        attribute: what every plugin module defines.
        what: how a reader calls such a plugin, e.g. ``source kind``.
    """

    def __init__(self, package: str, attribute: str, what: str) -> None:
        self.package = package
        self.attribute = attribute
        self.what = what

    def names(self) -> list[str]:
        """Names of all plugins, sorted; found by looking at the files, without importing them."""
        path = import_module(self.package).__path__
        return sorted(module.name for module in iter_modules(path) if not module.name.startswith("_"))

    def get(self, name: str) -> T:
        """The plugin of that name.

        Raises:
            UnknownName: there is no such file; the message names the ones there are.
        """
        if name not in self.names():
            raise UnknownName(self.what, name, self.names())
        plugin: T = getattr(import_module(f"{self.package}.{name}"), self.attribute)
        return plugin

    def all(self) -> dict[str, T]:
        """Every plugin by its name."""
        return {name: self.get(name) for name in self.names()}
