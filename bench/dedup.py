"""Duplicates in a made-up catalogue: our step from the store and back into it, and peers on the same records.

    python -m bench.dedup [--records 10000|100000|1000000] [--seed 1001] [--peers fuzzy,…] [--delta 1000]
    python -m bench.dedup --cases          # the assertion cases that our rules do not meet yet

The catalogue is `bench.catalogue`, which knows nothing of how duplicates are found; seeds below 100 are for
trying things out, those shown are from 1001 on. Ours is harvested into a new SQLite store and searched by the
step that every night takes; the part of the harvest that makes the match rows is shown and added. Peers (the
extra `bench` of pyproject) get features written by hand for Russian and Kazakh, and those that score get the
threshold that suits them best, chosen on the truth itself. Everything runs in a process of its own; times are
wall clock and beside it processor seconds on all cores, memory is the peak of the process with its children.
Pairs a year apart count neither way.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bench.catalogue.__main__ import write  # noqa: E402  the path is set above
from bench.catalogue.stream import FIGURE_SEEDS, TUNING_SEEDS  # noqa: E402
from bench.peers import judging  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

Figures = dict[str, Any]

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CONFIGURATION = """
[library]
name = { ru = "ЦБС", kk = "ОКЖ", en = "Library" }
[store]
url = "sqlite:///measured.db"
[sources.catalogue]
kind = "export"
path = "records.mrc"
dialect = "unimarc"
encoding = "utf-8"
items = "rusmarc_899"
"""
#: Records of which the making of match rows is measured alone.
SAMPLE = 20_000
#: Of them held at a time, as a page of the harvest is.
PORTION = 500
#: A peer is not run on more: dedupe scores some thousand pairs a second.
MOST_FOR = {"dedupe": 100_000}
PEERS = ("fuzzy", "recordmanager", "splink", "dedupe")
#: Seconds that one task may take.
PATIENCE = 1800
#: What we promise.
LEAST = {"precision": 0.999, "recall_with_review": 0.975, "f1": 0.96}
#: Hard negatives that may never be merged.
NEVER = ("volumes", "grades", "issues", "translations")


# --- each in its own process ------------------------------------------------------------------------


def harvest(folder: Path, _: argparse.Namespace) -> Figures:
    """Harvest the file, and measure apart what making the match rows takes of it."""
    from rabis_sync.wiring.running import Manner, run_step  # noqa: PLC0415  only this process pays for it

    (folder / "config.toml").write_text(CONFIGURATION, "utf-8")
    begun = time.perf_counter()
    done = run_step(folder / "config.toml", "harvest", Manner(), _wish())
    assert done.exit_code == 0, done
    return {"seconds": time.perf_counter() - begun, "match_rows": _match_rows(folder)}


def _wish() -> Any:
    from rabis_sync.wiring.assembly import HarvestWish  # noqa: PLC0415

    return HarvestWish()


def _match_rows(folder: Path) -> float:
    """Processor seconds a record that folding it and writing its match row take."""
    from rabis_sync.marc.fields import MarcRecord  # noqa: PLC0415
    from rabis_sync.marc.folding import fold_record  # noqa: PLC0415
    from rabis_sync.marc.record import Record  # noqa: PLC0415
    from rabis_sync.store import bulk, match_tables, tables  # noqa: PLC0415
    from rabis_sync.store.database import Store  # noqa: PLC0415
    from rabis_sync.wiring.assembly import Assembly  # noqa: PLC0415

    assembly = Assembly.of(folder / "config.toml")
    store = assembly.store()
    with store.read() as unit:
        texts = [one.canonical for one in next(unit.records.stream(batch=SAMPLE))]
    store.close()
    rows, spent = [], 0.0
    for start in range(0, len(texts), PORTION):
        some = texts[start : start + PORTION]
        records = [Record(MarcRecord.from_canonical(text), assembly.families["unimarc"]) for text in some]
        begun = time.process_time()
        rows += [(number, *fold_record(record)) for number, record in enumerate(records, start)]
        spent += time.process_time() - begun
    table = tables.table(match_tables.MatchRow)
    with tempfile.TemporaryDirectory() as other:
        empty = Store.open(f"sqlite:///{other}/empty.db")
        begun = time.process_time()
        with empty.write() as unit:
            unit.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            bulk.insert(unit.connection, table, [column.name for column in table.c], rows)
            spent += time.process_time() - begun
            unit.connection.rollback()
        empty.close()
    return spent / len(texts)


def ours(folder: Path, asked: argparse.Namespace) -> Figures:
    """The step of every night, and what stands in the store after it."""
    from rabis_sync.dedup import step  # noqa: PLC0415
    from rabis_sync.store.runs import StepContext  # noqa: PLC0415
    from rabis_sync.wiring.assembly import Assembly  # noqa: PLC0415

    assembly = Assembly.of(folder / "config.toml")
    store = assembly.store()
    begun = time.perf_counter()
    report = step.run(store, assembly.dedup_settings(), StepContext(2, NOW))
    figures: Figures = {"seconds": time.perf_counter() - begun, "counts": report.counts}
    with store.read() as unit:
        found = [(judging.ordered(row["a"], row["b"]), row["verdict"]) for row in unit.duplicates.pairs()]
    (folder / "found.json").write_text(json.dumps(found), "utf-8")
    figures |= _quality(found, judging.Truth.read(folder / "truth.tsv"), asked.show, store)
    store.close()
    return figures


def _quality(found: list[tuple[judging.Pair, str]], truth: judging.Truth, show: int, store: Any) -> Figures:
    sure = [pair for pair, verdict in found if verdict == "duplicate"]
    look = [pair for pair, verdict in found if verdict == "review"]
    alone, both = judging.judge(sure, truth), judging.judge([*sure, *look], truth)
    looked = judging.judge(look, truth)
    apart = Counter(verdict for pair, verdict in found if pair in truth.apart)
    known = {*sure, *look}
    missed = Counter(
        dirt for pair, kind in truth.duplicates.items() if pair not in known for dirt in kind.split("+")
    )
    if show:
        _show(
            [(pair, kind) for pair, kind in truth.duplicates.items() if pair not in known][:show],
            "missed",
            store,
        )
        wrong = [(pair, truth.different.get(pair, "random")) for pair in sure]
        wrong = [
            (pair, kind) for pair, kind in wrong if pair not in truth.duplicates and pair not in truth.apart
        ]
        _show(wrong[:show], "wrong", store)
    return {
        **_told(alone),
        "recall_with_review": both.recall,
        "review": len(look),
        "review_right": looked.right,
        "true_pairs": len(truth.duplicates),
        "hard_to_review": dict(looked.hard),
        "year_apart": {"pairs": len(truth.apart), **apart},
        "missed": dict(missed.most_common()),
    }


def _show(pairs: list[tuple[judging.Pair, str]], what: str, store: Any) -> None:
    with store.read() as unit:
        for pair, kind in pairs:
            print(f"{what}: {kind}", file=sys.stderr)
            for number in pair:
                [one] = unit.records.find(number)
                [row] = unit.matches.whole([one.id]).values()
                told = {name: value for name, value in row.items() if value not in ("", None)}
                print(f"   {number} {told}", file=sys.stderr)


def _told(score: judging.Score) -> Figures:
    return {
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "wrong": score.wrong,
        "hard": dict(sorted(score.hard.items())),
    }


def delta(folder: Path, asked: argparse.Namespace) -> Figures:
    """So many records change; the search of the next night, and that of everything finds the same."""
    from dataclasses import replace  # noqa: PLC0415

    from rabis_sync.dedup import step  # noqa: PLC0415
    from rabis_sync.store.runs import StepContext  # noqa: PLC0415
    from rabis_sync.wiring.assembly import Assembly  # noqa: PLC0415

    assembly = Assembly.of(folder / "config.toml")
    store = assembly.store()
    _harvest_changed(store, assembly, asked)
    settings = assembly.dedup_settings()
    begun = time.perf_counter()
    report = step.run(store, settings, StepContext(4, NOW))
    spent = time.perf_counter() - begun
    quick = _standing(store)
    if asked.records > 100_000:
        return {"seconds": spent, "counts": report.counts}
    step.run(store, replace(settings, full=True), StepContext(5, NOW))
    return {"seconds": spent, "counts": report.counts, "as_a_full_search": quick == _standing(store)}


def _harvest_changed(store: Any, assembly: Any, asked: argparse.Namespace) -> None:
    """Change the title of records drawn at random, as a harvest brings them."""
    from rabis_sync.marc import codec  # noqa: PLC0415
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415

    dice = random.Random(asked.seed)
    with store.read() as unit:
        stored = unit.records.get(dice.sample(range(1, asked.records + 1), asked.delta))
    reader = assembly.reader("catalogue")
    changed = []
    for number, one in sorted(stored.items()):
        marc = MarcRecord.from_canonical(one.canonical)
        fields = tuple(
            Field(tag, text.replace("а", "о", 1)) if tag == "200" else Field(tag, text)
            for tag, text in marc.fields
        )
        raw = codec.encode_iso2709(MarcRecord(marc.leader, fields))
        changed.append((number, reader.read(codec.decode(raw, "iso2709"), "changed")))
    with store.write() as unit:
        unit.records.change(changed, run=3, at=NOW)


def _standing(store: Any) -> Any:
    with store.read() as unit:
        pairs = [
            (row["record_a"], row["record_b"], row["verdict"], row["score"])
            for row in unit.duplicates.pairs()
        ]
        return sorted(pairs), [
            (one["records"], one["survivor"], one["verdict"]) for one in unit.duplicates.clusters()
        ]


def _features(folder: Path) -> tuple[Any, float]:
    from bench.peers import features  # noqa: PLC0415

    begun = time.perf_counter()
    frame = features.frame(list(features.read(folder / "records.mrc")))
    return frame, time.perf_counter() - begun


def fuzzy(folder: Path, _: argparse.Namespace) -> Figures:
    """The plain rapidfuzz score."""
    from bench.peers import fuzzy as peer  # noqa: PLC0415

    frame, prepared = _features(folder)
    begun = time.perf_counter()
    a, b, scores = peer.scored(frame)
    found = {"seconds": time.perf_counter() - begun, "features": prepared}
    return _scored(folder, frame, (a, b, scores)) | found


def splink(folder: Path, asked: argparse.Namespace) -> Figures:
    """Splink, EM, vetoes in its blocking rules."""
    from bench.peers import splinks as peer  # noqa: PLC0415

    frame, prepared = _features(folder)
    begun = time.perf_counter()
    a, b, scores = peer.scored(frame, asked.seed)
    found = {"seconds": time.perf_counter() - begun, "features": prepared}
    return _scored(folder, frame, (a, b, scores)) | found


def _scored(folder: Path, frame: Any, found: tuple[Any, Any, Any]) -> Figures:
    a, b, scores = found
    ids = frame["id"].tolist()
    pairs = [judging.ordered(ids[one], ids[other]) for one, other in zip(a, b, strict=True)]
    return _curve(folder, pairs, list(map(float, scores)))


def _curve(folder: Path, pairs: list[judging.Pair], scores: list[float]) -> Figures:
    found = judging.curve(pairs, scores, judging.Truth.read(folder / "truth.tsv"))
    recall_at = {f"recall_at_{precision}": recall for precision, recall in found.recall_at.items()}
    return {**_told(found.best), "threshold": found.threshold, **recall_at}


def dedupe(folder: Path, asked: argparse.Namespace) -> Figures:
    """dedupe, trained, on the candidates of the other peers."""
    from bench.peers import dedupes as peer  # noqa: PLC0415

    frame, prepared = _features(folder)
    begun = time.perf_counter()
    a, b, scores = peer.scored(frame, judging.Truth.read(folder / "truth.tsv"), asked.seed)
    found = {"seconds": time.perf_counter() - begun, "features": prepared}
    return _scored(folder, frame, (a, b, scores)) | found


def recordmanager(folder: Path, _: argparse.Namespace) -> Figures:
    """RecordManager's rules; reading the records is part of its time."""
    from bench.peers import recordmanager as peer  # noqa: PLC0415

    begun = time.perf_counter()
    found = list(peer.pairs(folder / "records.mrc"))
    spent = time.perf_counter() - begun
    return {**_told(judging.judge(found, judging.Truth.read(folder / "truth.tsv"))), "seconds": spent}


TASKS: dict[str, Callable[[Path, argparse.Namespace], Figures]] = {
    "harvest": harvest,
    "ours": ours,
    "delta": delta,
    "fuzzy": fuzzy,
    "splink": splink,
    "dedupe": dedupe,
    "recordmanager": recordmanager,
}


def _peak_mb() -> float:
    """Peak memory of this process and its children together (Linux counts in KiB)."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in whose) / 1024


def _cpu() -> float:
    """Processor seconds of this process and its children, from its start."""
    whose = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in whose)


def apart(name: str, folder: Path, asked: argparse.Namespace) -> Figures:
    """Run one task in a process of its own."""
    command = [sys.executable, "-m", "bench.dedup", "--task", name, "--folder", str(folder)]
    for option in ("records", "seed", "show"):
        command += [f"--{option}", str(getattr(asked, option))]
    command += ["--delta", str(asked.delta)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"gave up after {PATIENCE} s"}
    if done.returncode:
        return {"failed": f"exit {done.returncode}"}
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


# --- what people see --------------------------------------------------------------------------------


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="measure the search for duplicates beside its peers")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=FIGURE_SEEDS[0])
    parser.add_argument("--peers", default=",".join(PEERS), help="names, none when empty")
    parser.add_argument("--delta", type=int, default=1000, help="records that change; 0: no delta")
    parser.add_argument("--show", type=int, default=0, help="so many pairs missed and taken wrongly")
    parser.add_argument("--folder", type=Path, help="where the catalogue is made and left")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--cases", action="store_true", help="list the cases that are not met yet")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.cases:
        raise SystemExit(_pending_cases())
    if asked.task:
        figures = TASKS[asked.task](asked.folder, asked)
        print(json.dumps(figures | {"peak_mb": round(_peak_mb()), "cpu": round(_cpu(), 1)}, default=str))
        return
    if asked.folder:
        _measure(asked.folder, asked)
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), asked)


def _measure(folder: Path, asked: argparse.Namespace) -> None:
    use = "tuning" if asked.seed in TUNING_SEEDS else "figures" if asked.seed in FIGURE_SEEDS else "neither"
    begun = time.perf_counter()
    (folder / "measured.db").unlink(missing_ok=True)
    write(folder, asked.records, asked.seed)
    spent = time.perf_counter() - begun
    print(
        f"{asked.records:,} records, seed {asked.seed} (of {use}), made in {spent:.1f} s; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    all_: Figures = {"records": asked.records, "seed": asked.seed, "load": os.getloadavg()}
    all_["harvest"] = harvested = apart("harvest", folder, asked)
    all_["ours"] = apart("ours", folder, asked)
    share = harvested["match_rows"] * asked.records
    print(f"harvest {harvested['seconds']:.1f} s, of which match rows {share:.1f} s")
    _line("ours", all_["ours"] | {"features": share})
    _ours(all_["ours"])
    for name in filter(None, asked.peers.split(",")):
        most = MOST_FOR.get(name)
        if most and asked.records > most:
            print(f"{name:<14} not run on more than {most:,} records")
            continue
        all_[name] = apart(name, folder, asked)
        _line(name, all_[name])
    if asked.delta:
        all_["delta"] = apart("delta", folder, asked)
        print(f"delta of {asked.delta:,} records: {_delta(all_['delta'])}")
    print(f"load at the end {os.getloadavg()[0]:.1f}")
    if asked.json:
        asked.json.write_text(json.dumps(all_, ensure_ascii=False, indent=1, default=str), "utf-8")


def _line(name: str, one: Figures) -> None:
    if "failed" in one:
        print(f"{name:<14} failed: {one['failed']}")
        return
    prepared = one.get("features", 0.0)
    hard = sum(one["hard"].values())
    at = one.get("recall_at_0.999")
    print(
        f"{name:<14} P {one['precision']:.4f} R {one['recall']:.4f} F1 {one['f1']:.4f}  "
        f"{one['seconds']:7.1f} s + {prepared:5.1f} s features = {one['seconds'] + prepared:7.1f} s  "
        f"{one['cpu']:7.1f} cpu s  "
        f"{one['peak_mb']:>6,.0f} MB  hard negatives wrong {hard} of {one['wrong']} wrong"
        + (f"  R at P .999 {at:.3f}" if at is not None else "")
    )
    if one["hard"]:
        print(f"{'':<14} {one['hard']}")


def _ours(one: Figures) -> None:
    if "failed" in one:
        return
    print(
        f"{'':<14} with review: recall {one['recall_with_review']:.4f}; {one['review']} to review "
        f"({one['review_right']} of them duplicates) for {one['true_pairs']} true pairs; "
        f"a year apart: {one['year_apart']}"
    )
    print(f"{'':<14} hard negatives to review {one['hard_to_review']}; missed, by dirt {one['missed']}")
    met = {name: one[name] >= least for name, least in LEAST.items()}
    met["never merged"] = not any(one["hard"].get(kind) for kind in NEVER)
    met["fewer to review than true"] = one["review"] < one["true_pairs"]
    for name, well in met.items():
        print(f"{'ok' if well else '!!':>14} {name}")


def _delta(one: Figures) -> str:
    if "failed" in one:
        return f"failed: {one['failed']}"
    same = one.get("as_a_full_search")
    told = "" if same is None else f", {'as' if same else 'NOT as'} a full search finds"
    return f"{one['seconds']:.2f} s, {one['peak_mb']:,.0f} MB{told}"


def _pending_cases() -> int:
    """Cases marked pending, with what our rules answer instead; exit code 1 where there are any."""
    import tomllib  # noqa: PLC0415

    pending = 0
    for path in sorted((ROOT / "tests/dedup/cases").glob("*.toml")):
        contents = tomllib.loads(path.read_text("utf-8"))
        for case in contents["case"]:
            reason = case.get("pending") or contents.get("pending")
            if reason:
                pending += 1
                print(f"{path.stem}: {case['name']}: {reason}")
    print(f"{pending} cases pending")
    return int(bool(pending))


if __name__ == "__main__":
    main()
