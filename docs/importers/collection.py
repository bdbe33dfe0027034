"""Keeps a copy of a published collection: python collection.py https://example.kz/kraeved/ copy.sqlite

The copy is one table: identifier, the item as JSON, and whether its files may be shown. Run it as often as you
like: only what changed is saved. Needs Python 3.9 and nothing else.
"""

import json
import sqlite3
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

site, copy = sys.argv[1].rstrip("/") + "/", sqlite3.connect(sys.argv[2])
copy.execute("CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, json TEXT, open INTEGER)")
copy.execute("CREATE TABLE IF NOT EXISTS head (seq INTEGER)")


def fetch(address):
    with urlopen(address, timeout=60) as answer:
        return json.load(answer)


base = f"{site}releases/{fetch(site + 'latest.json')['release']}/"
head = fetch(base + "changes/index.json")["head"]
known = copy.execute("SELECT seq FROM head").fetchone()
since, changed = known[0] if known else None, {}
try:
    while since is not None and since != head:
        told = fetch(f"{site}feeds/changes?since={since}")
        changed.update((one["item_id"], one["kind"]) for one in told["changes"] if one["seq"] <= head)
        since = told["next"]
except HTTPError as error:
    if error.code != 410:
        raise
    since = known = None  # the library went back to an earlier release: everything is taken anew
if known is None:
    copy.execute("DELETE FROM item")
if changed or known is None:
    for page in fetch(base + "collection.json")["pages"]:
        # Addresses name the library's own site; you may fetch through another door.
        for item in fetch(site + page[page.index("releases/") :])["items"]:
            if known is None or item["id"] in changed:
                row = (item["id"], json.dumps(item, ensure_ascii=False), item["level"] == "open")
                copy.execute("REPLACE INTO item VALUES (?, ?, ?)", row)
for name in (name for name, kind in changed.items() if kind == "delete"):
    copy.execute("DELETE FROM item WHERE id = ?", (name,))
copy.execute("DELETE FROM head")
copy.execute("INSERT INTO head VALUES (?)", (head,))
copy.commit()
