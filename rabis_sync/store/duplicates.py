"""Pairs of records that describe one edition, and the clusters they form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PAIR = tables.table(tables.Pair)
CLUSTER = tables.table(tables.Cluster)
MEMBER = tables.table(tables.ClusterMember)
RECORD = tables.table(tables.BibRecord)

_PAIR_COLUMNS = ["record_a", "record_b", "verdict", "score", "evidence", "first_run"]


class Duplicates:
    """Repository of pairs and clusters."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace(
        self, pairs: Iterable[dict[str, Any]], clusters: Sequence[dict[str, Any]], *, run: int
    ) -> None:
        """Make these the pairs and clusters of the catalogue.

        Args:
            pairs: ``record_a < record_b, verdict, score, evidence``, each taken once; a pair known before
                keeps its first run.
            clusters: ``id, survivor, verdict, why, records``.
            run: the run that found them.
        """
        before = self._first_runs(sa.true())
        for table in (PAIR, MEMBER, CLUSTER):
            self._connection.execute(sa.delete(table))
        self._insert_pairs(pairs, before, run)
        self._insert_clusters(clusters)

    def change_pairs(self, touched: Iterable[int], pairs: Iterable[dict[str, Any]], *, run: int) -> None:
        """Make these the pairs in which one of the touched records stands; the others stay."""
        before: dict[tuple[int, int], int] = {}
        for chunk in bulk.chunks(touched):
            either = PAIR.c.record_a.in_(chunk) | PAIR.c.record_b.in_(chunk)
            before |= self._first_runs(either)
            self._connection.execute(sa.delete(PAIR).where(either))
        self._insert_pairs(pairs, before, run)

    def change_clusters(self, region: Iterable[int], clusters: Sequence[dict[str, Any]]) -> None:
        """Make these the clusters of the records of a region, from which no pair leads out."""
        for chunk in bulk.chunks(region):
            ids = sa.select(MEMBER.c.cluster_id).where(MEMBER.c.record_id.in_(chunk))
            gone = list(self._connection.execute(ids.distinct()).scalars())
            bulk.delete_where_in(self._connection, MEMBER.c.cluster_id, gone)
            bulk.delete_where_in(self._connection, CLUSTER.c.id, gone)
        self._insert_clusters(clusters)

    def pairs_of(self, records: Iterable[int]) -> list[tuple[int, int, Any, float]]:
        """Pairs in which one of these records stands: the two ids, verdict, score; sorted."""
        found: set[tuple[int, int, Any, float]] = set()
        query = sa.select(PAIR.c.record_a, PAIR.c.record_b, PAIR.c.verdict, PAIR.c.score)
        for chunk in bulk.chunks(records):
            for end in (PAIR.c.record_a, PAIR.c.record_b):
                rows = self._connection.execute(query.where(end.in_(chunk)))
                found.update((row[0], row[1], row[2], row[3]) for row in rows)
        return sorted(found)

    def counts(self) -> dict[str, int]:
        """Number of pairs by verdict, and of clusters."""
        query = sa.select(PAIR.c.verdict, sa.func.count()).group_by(PAIR.c.verdict)
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        clusters = self._connection.execute(sa.select(sa.func.count()).select_from(CLUSTER)).scalar_one()
        return found | {"clusters": clusters}

    def _first_runs(self, where: sa.ColumnElement[bool]) -> dict[tuple[int, int], int]:
        query = sa.select(PAIR.c.record_a, PAIR.c.record_b, PAIR.c.first_run).where(where)
        return {(a, b): first for a, b, first in self._connection.execute(query)}

    def _insert_pairs(
        self, pairs: Iterable[dict[str, Any]], before: Mapping[tuple[int, int], int], run: int
    ) -> None:
        rows = (
            (
                *(pair[name] for name in _PAIR_COLUMNS[:-1]),
                before.get((pair["record_a"], pair["record_b"]), run),
            )
            for pair in pairs
        )
        bulk.insert(self._connection, PAIR, _PAIR_COLUMNS, rows)

    def _insert_clusters(self, clusters: Sequence[dict[str, Any]]) -> None:
        bulk.insert(
            self._connection,
            CLUSTER,
            ["id", "survivor", "verdict", "why"],
            ((one["id"], one["survivor"], one["verdict"], one["why"]) for one in clusters),
        )
        bulk.insert(
            self._connection,
            MEMBER,
            ["record_id", "cluster_id"],
            ((record, one["id"]) for one in clusters for record in one["records"]),
        )

    def pairs(self) -> list[dict[str, Any]]:
        """All pairs with ``source_a, a, source_b, b`` (sources and control numbers), surest first."""
        a, b = RECORD.alias("a"), RECORD.alias("b")
        query = (
            sa.select(
                PAIR,
                a.c.source.label("source_a"),
                a.c.control_number.label("a"),
                b.c.source.label("source_b"),
                b.c.control_number.label("b"),
            )
            .join(a, a.c.id == PAIR.c.record_a)
            .join(b, b.c.id == PAIR.c.record_b)
            .order_by(PAIR.c.score.desc(), PAIR.c.record_a, PAIR.c.record_b)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def take_out(self, records: Sequence[int], cluster: int | None = None) -> list[dict[str, Any]]:
        """Take out the pairs of these records and the clusters they are in; give the pairs.

        Args:
            records: by id.
            cluster: a cluster that goes with them, whoever is in it.
        """
        found: list[dict[str, Any]] = []
        dissolved = set() if cluster is None else {cluster}
        for chunk in bulk.chunks(records):
            either = PAIR.c.record_a.in_(chunk) | PAIR.c.record_b.in_(chunk)
            found += [dict(row) for row in self._connection.execute(sa.select(PAIR).where(either)).mappings()]
            self._connection.execute(sa.delete(PAIR).where(either))
            inside = sa.select(MEMBER.c.cluster_id).where(MEMBER.c.record_id.in_(chunk))
            dissolved.update(self._connection.execute(inside).scalars())
        self.dissolve(dissolved)
        return found

    def set_aside(self, pair: tuple[int, int]) -> dict[str, Any]:
        """Take one pair out, and the cluster that holds both records; give what `bring_back` wants."""
        a, b = pair
        is_pair = (PAIR.c.record_a == a) & (PAIR.c.record_b == b)
        rows = [dict(row) for row in self._connection.execute(sa.select(PAIR).where(is_pair)).mappings()]
        self._connection.execute(sa.delete(PAIR).where(is_pair))
        whole = next((one for one in self.clusters() if {a, b} <= set(one["records"])), None)
        if whole is not None:
            self.dissolve([whole["id"]])
        return {"pairs": rows, "cluster": whole}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Put a cluster and pairs back, as far as their records are there and nothing new stands in place.

        Args:
            kept: ``cluster`` as `clusters` gives it or None, ``pairs`` as rows of their table.
        """
        cluster, pairs = kept["cluster"], kept["pairs"]
        there = self._active({pair[end] for pair in pairs for end in ("record_a", "record_b")})
        rows = [dict(pair) for pair in pairs if {pair["record_a"], pair["record_b"]} <= there]
        bulk.upsert(self._connection, PAIR, rows, ["record_a", "record_b"])
        if cluster is None or not set(cluster["records"]) <= self._active(cluster["records"]):
            return
        taken = sa.select(MEMBER.c.record_id).where(MEMBER.c.record_id.in_(cluster["records"]))
        if self._connection.execute(taken).first() is None:
            row = {name: cluster[name] for name in ("id", "survivor", "verdict", "why")}
            bulk.upsert(self._connection, CLUSTER, [row], ["id"])
            members = [{"record_id": number, "cluster_id": cluster["id"]} for number in cluster["records"]]
            bulk.upsert(self._connection, MEMBER, members, ["record_id"])

    def _active(self, records: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for chunk in bulk.chunks(records):
            query = sa.select(RECORD.c.id).where(RECORD.c.id.in_(chunk), RECORD.c.state == "active")
            found.update(self._connection.execute(query).scalars())
        return found

    def dissolve(self, clusters: Iterable[int]) -> None:
        """Take clusters out; their pairs stay."""
        for chunk in bulk.chunks(clusters):
            self._connection.execute(sa.delete(MEMBER).where(MEMBER.c.cluster_id.in_(chunk)))
            self._connection.execute(sa.delete(CLUSTER).where(CLUSTER.c.id.in_(chunk)))

    def clusters(self) -> list[dict[str, Any]]:
        """All clusters: ``id, survivor, verdict, why`` and ``records`` (record ids)."""
        members: dict[int, list[int]] = {}
        for record, cluster in self._connection.execute(
            sa.select(MEMBER.c.record_id, MEMBER.c.cluster_id).order_by(MEMBER.c.record_id)
        ):
            members.setdefault(cluster, []).append(record)
        rows = self._connection.execute(sa.select(CLUSTER).order_by(CLUSTER.c.id)).mappings()
        return [{**row, "records": members.get(row["id"], [])} for row in rows]
