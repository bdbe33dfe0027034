"""Many rows at once, by the fastest way each database has, and no ORM object a row."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from rabis_sync.store.columns import OutsideText, UtcDateTime, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

#: Values in one `IN (…)`: SQLite takes at most 32,766 bound values a statement, older ones 999.
IN_LIMIT = 900

#: Types whose values both drivers take as Python has them; SQLAlchemy's conversion would only cost time.
_NATIVE = (sa.String, sa.Integer, sa.Float, sa.Boolean, sa.LargeBinary)


def insert(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows given as tuples in the order of `columns`: COPY on PostgreSQL, `executemany` on SQLite.

    The rows are taken one by one as the database takes them: a generator of any length needs no memory.

    Raises:
        sqlalchemy.exc.IntegrityError: a key is there already.
        sqlalchemy.exc.DBAPIError: the database refuses a value.
    """
    bound = _bound(connection, table, columns, rows)
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        types = [_wire_type(table.c[name].type, connection.dialect) for name in columns]
        binary = all(types)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN{" (FORMAT BINARY)" if binary else ""}'
        with _cursor(connection, statement) as cursor, cursor.copy(statement) as copy:
            if binary:
                copy.set_types(types)
            for row in bound:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608  names of our own tables
    with _cursor(connection, statement) as cursor:
        cursor.executemany(statement, bound)


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    keys: Sequence[str],
    *,
    instead: Mapping[str, Any] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> None:
    """Insert rows, or overwrite the row that has the same keys; all rows name the same columns.

    Args:
        connection: where.
        table: into which table.
        rows: values by column; of two rows with the same keys the later one stays.
        keys: columns with a unique constraint.
        instead: what a column of a row that is there becomes, where that is not simply the new value.
        where: only such rows that are there are overwritten; the others stay as they are.
    """
    if not rows:
        return
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = maker(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys} | dict(instead or {})
    if changed:
        connection.execute(
            statement.on_conflict_do_update(index_elements=list(keys), set_=changed, where=where), list(rows)
        )
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=list(keys)), list(rows))


def find(
    connection: sa.Connection,
    wanted: Sequence[sa.Column[Any]],
    by: sa.Column[Any],
    values: Iterable[Any],
    **equal: object,
) -> Iterator[Sequence[Any]]:
    """Rows of a table whose column `by` holds one of the values, as the driver has them.

    A statement of SQLAlchemy with hundreds of values in an `IN` takes longer to build than to execute.

    Args:
        connection: where.
        wanted: columns of one table, of types that the drivers give as Python has them.
        by: another column of it.
        values: of any number.
        equal: what other columns must hold besides.
    """
    table = by.table.name
    columns = ", ".join(f'"{column.name}"' for column in wanted)
    postgresql_ = connection.dialect.name == "postgresql"
    mark = "%s" if postgresql_ else "?"
    conditions = "".join(f' AND "{name}" = {mark}' for name in equal)
    for chunk in chunks(values):
        among = "= ANY(%s)" if postgresql_ else f"IN ({', '.join('?' * len(chunk))})"
        statement = f'SELECT {columns} FROM "{table}" WHERE "{by.name}" {among}{conditions}'  # noqa: S608  our own names
        with _cursor(connection, statement) as cursor:
            cursor.execute(statement, ([chunk] if postgresql_ else chunk) + list(equal.values()))
            yield from cursor.fetchall()


def stream(connection: sa.Connection, query: sa.Select[Any], size: int) -> Generator[Any, None, None]:
    """Rows of a query as they come, on SQLite as the driver has them: what is false is 0 there.

    SQLAlchemy asks every type of every value for its opinion, which takes as long as reading them.

    Args:
        connection: where.
        query: of any number of rows.
        size: rows fetched at once.
    """
    if connection.dialect.name == "postgresql":
        with connection.execute(query.execution_options(yield_per=size)) as result:
            for rows in result.partitions():
                yield from rows
        return
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    with _cursor(connection, statement) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(size):
            yield from rows


def chunks(values: Iterable[Any], size: int = IN_LIMIT) -> Iterator[list[Any]]:
    """Cut values into lists short enough for one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def delete_where_in(connection: sa.Connection, column: sa.Column[Any], values: Iterable[Any]) -> None:
    """Delete the rows whose column holds one of the values."""
    for chunk in chunks(values):
        connection.execute(sa.delete(column.table).where(column.in_(chunk)))


@contextmanager
def _cursor(connection: sa.Connection, statement: str) -> Iterator[Any]:
    """The driver's own cursor, whose errors arrive as SQLAlchemy's, as from every other statement."""
    base = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except base as error:
        raise sa.exc.DBAPIError.instance(
            statement, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


#: Types of PostgreSQL, as SQLAlchemy writes them, that cross in binary form: no text to write and to parse.
_WIRE_TYPES = {
    "BIGINT": "int8",
    "BOOLEAN": "bool",
    "BYTEA": "bytea",
    "FLOAT": "float8",
    "INTEGER": "int4",
    "TEXT": "text",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "VARCHAR": "text",
}


def _wire_type(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> str:
    """By what name the driver sends values of a column in binary form; empty for a type that it cannot."""
    return _WIRE_TYPES.get(kind.dialect_impl(dialect).compile(dialect), "")


def _bound(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> Iterable[Sequence[Any]]:
    """Rows as the driver wants them; untouched where every column's values are the driver's own."""
    converters = [
        (position, converter)
        for position, name in enumerate(columns)
        if (converter := _converter(table.c[name].type, connection.dialect)) is not None
    ]
    texts = [position for position, converter in converters if converter is storable]
    if len(texts) > 1 and len(texts) == len(converters):
        return _storable_rows(rows, texts)
    return (_converted(row, converters) for row in rows) if converters else rows


def _storable_rows(rows: Iterable[tuple[Any, ...]], texts: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Rows whose texts are cleaned where that is needed: all texts of a row are looked at together."""
    cells = itemgetter(*texts)
    cleaners: list[tuple[int, Callable[[Any], Any]]] = [(position, storable) for position in texts]
    for row in rows:
        told = cells(row)
        clean = None not in told and "".join(told).isprintable()
        yield row if clean else _converted(row, cleaners)


def _converter(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """What a type does to a value before it is sent; None where both drivers take it as it is."""
    if isinstance(kind, _NATIVE):
        return None
    if isinstance(kind, OutsideText):
        return storable
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    # A page carries one moment thousands of times; formatting it is the dearest conversion there is.
    return lru_cache(maxsize=64)(found) if found is not None and isinstance(kind, UtcDateTime) else found


def _converted(row: tuple[Any, ...], converters: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for position, convert in converters:
        values[position] = convert(values[position])
    return values
