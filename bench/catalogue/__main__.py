"""Write a catalogue: records.mrc and truth.tsv (relation, kind, a, b) into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from .stream import Related, catalogue


def write(folder: Path, records: int, seed: int) -> None:
    """Write both files; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "records.mrc").open("wb") as written,
        (folder / "truth.tsv").open("w", encoding="utf-8") as truth,
    ):
        for one in catalogue(records, seed):
            if isinstance(one, Related):
                truth.write(f"{one.relation}\t{one.kind}\t{one.a}\t{one.b}\n")
            else:
                written.write(one)


def main() -> None:
    parser = argparse.ArgumentParser(description="write a made-up catalogue with its truth")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    write(asked.folder, asked.records, asked.seed)


if __name__ == "__main__":
    main()
