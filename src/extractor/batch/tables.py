"""CSV and TSV as rows: the first line names the columns; a row of another width is an error row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator

from extractor.batch.row import Row, RowMaker
from extractor.errors import InputError

_MOST_CELL_CHARS = 1 << 26  # a quote that is never closed must not swallow a file of any size


def read_table(file: Iterable[bytes], maker: RowMaker, delimiter: str, position: Callable[[], int]) -> Iterator[Row]:
    """Yield the rows of a table. `line` is the line that a row begins on.

    Args:
        file: Lines of bytes.
        maker: Makes the rows.
        delimiter: What stands between cells.
        position: How far the file behind the lines has been read.

    Raises:
        InputError: The table has no column for the text, or two of one name.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _MOST_CELL_CHARS))
    text = (line.decode("utf-8", "surrogateescape") for line in file)
    table = csv.reader(
        (line.removeprefix("\ufeff") if not at else line for at, line in enumerate(text)), delimiter=delimiter
    )
    header = next((cells for cells in table if any(map(str.strip, cells))), None)
    if header is None:
        return
    names = [name.strip() for name in header]
    _check_header(names, maker)
    while True:
        number = table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            if not maker.skips():
                yield maker.bad(InputError(f"the row cannot be read: {error}"), number, position())
            continue
        if cells is None:
            return
        if cells and not maker.skips():
            yield _row(names, cells, number, maker, position())


def _check_header(names: list[str], maker: RowMaker) -> None:
    wanted = maker.columns.text_field
    if wanted not in names:
        raise InputError(
            f"there is no column {wanted!r} (columns: {', '.join(names)}); name it with --text-field", path=wanted
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"two columns are called {twice!r}; rename one of them", path=twice)


def _row(names: list[str], cells: list[str], number: int, maker: RowMaker, end_byte: int) -> Row:
    if len(cells) != len(names):
        error = InputError(f"the row has {len(cells)} cells, the first line names {len(names)} columns")
        return maker.bad(error, number, end_byte)
    for name, cell in zip(names, cells, strict=True):
        if not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell):
            error = InputError(f"the row is not UTF-8, in the column {name!r}; convert the file to UTF-8", path=name)
            return maker.bad(error, number, end_byte)
    return maker.row(dict(zip(names, cells, strict=True)), number, end_byte)
