"""Duplicates in a made-up catalogue: our step from the store and back into it, and peers on the same records.

    python -m bench.dedup [--records 10000|100000|1000000] [--seed 1001] [--peers fuzzy,…] [--delta 1000]
    python -m bench.dedup --cases          # the assertion cases that our rules do not meet yet

The catalogue is `bench.catalogue`, which knows nothing of how duplicates are found; seeds below 100 are for
trying things out, those shown are from 1001 on. Ours is harvested into a new SQLite store and searched by the
step that every night takes.

The same file is harvested once more without making match rows and without writing them (`bench.matchless`),
and by as much as that takes less, the match rows make a night longer: their share, by the clock and in
processor seconds. Nothing is scaled up or measured elsewhere, so what a harvest does in two processes at
once counts as the clock counts it; that of a busy machine is worth nothing, there only processor seconds
are.

Peers (the extra `bench` of pyproject) get features written by hand for Russian and Kazakh, and those that
score get the threshold that suits them best, chosen on the truth itself. Everything runs in a process of
its own; times are wall clock and beside it processor seconds on all cores, those of the start too. Memory
is that of the process with its children, looked at twice a second, what they share counted once. Pairs a
year apart count neither way.
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
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bench.catalogue.__main__ import write  # noqa: E402  the path is set above
from bench.catalogue.stream import FIGURE_SEEDS, TUNING_SEEDS  # noqa: E402
from bench.peers import judging  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Figures = dict[str, Any]

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CONFIGURATION = """
[library]
name = {{ ru = "ЦБС", kk = "ОКЖ", en = "Library" }}
[store]
url = "sqlite:///{store}"
[sources.catalogue]
kind = "export"
path = "records.mrc"
dialect = "unimarc"
encoding = "utf-8"
items = "rusmarc_899"
"""
#: Seconds between two looks at the memory.
LOOK = 0.5
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
    """Harvest the file, as every night."""
    (folder / "config.toml").write_text(CONFIGURATION.format(store="measured.db"), "utf-8")
    return _step(folder / "config.toml", "harvest")


def unmatched(folder: Path, _: argparse.Namespace) -> Figures:
    """Harvest it into another store, without match rows."""
    from bench import matchless  # noqa: PLC0415

    matchless.install()
    (folder / "unmatched.toml").write_text(CONFIGURATION.format(store="unmatched.db"), "utf-8")
    figures = _step(folder / "unmatched.toml", "harvest")
    with _opened(folder / "unmatched.toml") as store, store.read() as unit:
        assert unit.matches.count() == 0
    (folder / "unmatched.db").unlink()
    return figures


def _step(configuration: Path, name: str, *, full: bool = False) -> Figures:
    """One step, in the way it is run at night."""
    from rabis_sync.wiring.assembly import HarvestWish  # noqa: PLC0415  only these processes pay for it
    from rabis_sync.wiring.running import Manner, run_step  # noqa: PLC0415

    begun = time.perf_counter()
    done = run_step(configuration, name, Manner(), HarvestWish(full=full))
    assert done.exit_code == 0, done
    return {"seconds": time.perf_counter() - begun, "counts": done.steps[0].counts}


@contextmanager
def _opened(configuration: Path) -> Iterator[Any]:
    from rabis_sync.wiring.assembly import Assembly  # noqa: PLC0415

    store = Assembly.of(configuration).store()
    yield store
    store.close()


def ours(folder: Path, asked: argparse.Namespace) -> Figures:
    """The step of every night, and what stands in the store after it."""
    figures = _step(folder / "config.toml", "dedup")
    figures["search_cpu"] = round(_cpu(), 1)
    with _opened(folder / "config.toml") as store:
        with store.read() as unit:
            found = [(judging.ordered(row["a"], row["b"]), row["verdict"]) for row in unit.duplicates.pairs()]
        (folder / "found.json").write_text(json.dumps(found), "utf-8")
        return figures | _quality(found, judging.Truth.read(folder / "truth.tsv"), asked.show, store)


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
    configuration = folder / "config.toml"
    _harvest_changed(configuration, asked)
    figures = _step(configuration, "dedup")
    if asked.records > 100_000:
        return figures
    quick = _standing(configuration)
    _step(configuration, "dedup", full=True)
    return figures | {"as_a_full_search": quick == _standing(configuration)}


def _harvest_changed(configuration: Path, asked: argparse.Namespace) -> None:
    """Change the title of records drawn at random, as a harvest brings them."""
    from rabis_sync.marc import codec  # noqa: PLC0415
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415
    from rabis_sync.wiring.assembly import Assembly  # noqa: PLC0415

    dice = random.Random(asked.seed)
    assembly = Assembly.of(configuration)
    store = assembly.store()
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
        unit.records.change(changed, run=1, at=NOW)
    store.close()


def _standing(configuration: Path) -> Any:
    with _opened(configuration) as store, store.read() as unit:
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
    "unmatched": unmatched,
    "ours": ours,
    "delta": delta,
    "fuzzy": fuzzy,
    "splink": splink,
    "dedupe": dedupe,
    "recordmanager": recordmanager,
}


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
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        peak, told = 0.0, ""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                told, _ = running.communicate(timeout=LOOK)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, _memory_mb(running.pid))
            if time.monotonic() > until:
                running.kill()
                return {"failed": f"gave up after {PATIENCE} s"}
    if running.returncode:
        return {"failed": f"exit {running.returncode}"}
    found: Figures = json.loads(told.splitlines()[-1])
    return found | {"peak_mb": round(peak)}


def _memory_mb(process: int) -> float:
    """What a process and all below it hold, pages they share counted once (Linux counts in KiB)."""
    about = Path("/proc") / str(process)
    try:
        told = (about / "smaps_rollup").read_text()
        below = [
            int(one) for task in (about / "task").iterdir() for one in (task / "children").read_text().split()
        ]
    except OSError:  # it ended meanwhile
        return 0.0
    own = next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(map(_memory_mb, below))


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
        print(json.dumps(figures | {"cpu": round(_cpu(), 1)}, default=str))
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
    for name in ("harvest", "unmatched", "ours"):
        all_[name] = apart(name, folder, asked)
    searched = all_["ours"]
    failed = [name for name in ("harvest", "unmatched", "ours") if "failed" in all_[name]]
    if failed:
        raise SystemExit(f"{failed[0]}: {all_[failed[0]]['failed']}")
    share = _share(all_["harvest"], all_["unmatched"], searched)
    _line("ours", searched | {"features": share})
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


def _share(whole: Figures, without: Figures, searched: Figures) -> float:
    """Seconds by the clock that match rows take of a harvest; printed with what the search takes."""
    spent = {name: whole[name] - without[name] for name in ("seconds", "cpu")}
    rows = (
        ("harvest", whole),
        ("without match rows", without),
        ("so match rows", spent),
        ("search", searched | {"cpu": searched["search_cpu"]}),
        ("both", {"seconds": spent["seconds"] + searched["seconds"]}),
    )
    for name, one in rows:
        cpu = f"{one['cpu']:9.1f} cpu s" if "cpu" in one else ""
        memory = f"{one['peak_mb']:>7,} MB" if "peak_mb" in one else ""
        print(f"{name:<20} {one['seconds']:7.1f} s {cpu} {memory}".rstrip())
    return float(spent["seconds"])


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
