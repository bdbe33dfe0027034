"""One disagreement between catalogue and books: its code, how grave it is, both sides as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from hashlib import blake2b
from typing import Any

#: How grave each kind of disagreement is.
SEVERITY: dict[str, str] = {
    "INV_MISSING": "error",
    "INV_DUP": "error",
    "ONLY_CATALOG": "error",
    "ONLY_ACCOUNTING": "error",
    "WRITTEN_OFF_ACTIVE": "error",
    "ACTIVE_WRITTEN_OFF": "error",
    "PRICE_MISMATCH": "warning",
    "BRANCH_MISMATCH": "warning",
    "TITLE_MISMATCH": "error",
    "QTY_MISMATCH": "warning",
    "DATE_BEFORE_PUB": "warning",
    "INV_FORMAT": "warning",
    "INV_GAP": "info",
    "KSU_BALANCE": "error",
    "BATCH_TOTAL": "error",
    "CLASS_LANG_MISMATCH": "warning",
    "TRANSFER_LOOP": "warning",
}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One disagreement, ready for the store.

    Attributes:
        code: a key of `SEVERITY`.
        subject: what it is about, the same in every run as long as the fault stands.
        inventory_number: as the side that has it writes it; empty where it is about no single copy.
        branch: where the copy belongs, by the catalogue or else by the books.
        record_id: the record it is about, if there is one.
        catalogue: the catalogue's side, or None.
        ledger: the books' side, or None.
        params: values for the text; ``text`` names another text than that of the code.
        informs: it is only information, whatever the code.
    """

    code: str
    subject: tuple[str, ...]
    inventory_number: str = ""
    branch: str = ""
    record_id: int | None = None
    catalogue: dict[str, Any] | None = None
    ledger: dict[str, Any] | None = None
    params: dict[str, Any] = field(default_factory=dict)
    informs: bool = False

    @property
    def severity(self) -> str:
        """How grave it is: error, warning or info."""
        return "info" if self.informs else SEVERITY[self.code]

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that are equal exactly when code and subject are."""
        return blake2b("\x1f".join((self.code, *self.subject)).encode(), digest_size=16).hexdigest()

    def order(self) -> tuple[str, ...]:
        """Place in a list: by branch, number and code."""
        return self.branch, self.inventory_number, self.code, *self.subject

    def row(self) -> dict[str, Any]:
        """The columns of the store."""
        stored = {name: getattr(self, name) for name in _STORED}
        return {"fingerprint": self.fingerprint, "severity": self.severity, **stored}


_STORED = [one.name for one in fields(Discrepancy) if one.name not in {"subject", "informs"}]
