"""What may be read of Web-RABIS: the bibliographic tables and dictionaries, and nothing about people.

The metadata of the cataloguing form is data that any cataloguer's administrator can edit. Whatever it names
passes here first: a name must look like a bibliographic table AND hold no word of the lending department.
"""

from __future__ import annotations

import re

#: Bibliographic tables, the form's metadata, dictionaries.
_ALLOWED = re.compile(
    r"ebook(_[a-z0-9_]+)?|block|block_fields|catalog|bibliographic_level|type_description"
    r"|(directory|dictionary|d)(_[a-z0-9_]+)?"
)

#: Readers, loans, orders, staff, sign-on, and journals of who did what: in tables and in columns.
_DENIED = re.compile(
    r"(^|_)(e?orders?|bookings?|(e?readers?|borrowers?|abonents?|patrons?|users?|employees?|staff|persons?)"
    r"|loans?|circulations?|visits?|debts?|fines?|cards?|audits?|logs?|sessions?|sso|auth|tokens?|passwords?"
    r"|passports?|iin|phones?|e?mails?|address(es)?|fam)(_|$)"
)

#: PostgreSQL cuts longer names off.
_LONGEST = 63


def permitted_table(name: str) -> bool:
    """True for a table that a harvest may read."""
    return len(name) <= _LONGEST and bool(_ALLOWED.fullmatch(name)) and not _DENIED.search(name)


def permitted_column(name: str) -> bool:
    """True for a column that a harvest may read: nothing that names or finds a person behind the desk."""
    return 0 < len(name) <= _LONGEST and not _DENIED.search(name.lower())
