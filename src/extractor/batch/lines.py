"""JSON Lines as rows, one line at a time; a line that cannot be used says why.

Knows nothing of folders, other formats or compressed files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from extractor.batch.row import Row, RowMaker, kind_of
from extractor.errors import InputError

_BOM = b"\xef\xbb\xbf"


def read_lines(file: Iterable[bytes], maker: RowMaker, position: Callable[[], int] | None = None) -> Iterator[Row]:
    """Yield the rows of a JSON Lines file. Blank lines are no rows, but they are counted in `line`.

    Args:
        file: Lines of bytes, as a file opened in binary mode gives them.
        maker: Makes the rows; those that it skips are not even parsed.
        position: How far the file behind the lines has been read; None: as far as the lines go.
    """
    end_byte = 0
    for number, raw in enumerate(file, 1):
        end_byte += len(raw)
        line = raw.removeprefix(_BOM) if number == 1 else raw
        if not line.strip() or maker.skips():
            continue
        at = end_byte if position is None else position()
        try:
            record = parsed(line)
        except InputError as error:
            yield maker.bad(error, number, at)
        else:
            yield maker.row(record, number, at)


def parsed(raw: bytes) -> dict[str, Any]:
    """A line as an object.

    Raises:
        InputError: It is none.
    """
    try:
        row = json.loads(raw.rstrip(b"\r\n").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"the line is not UTF-8: byte 0x{raw[error.start]:02x} at byte {error.start + 1}; convert the file to UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(f"the line is not JSON: {error.msg} at character {error.pos + 1}") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; brackets in brackets
        raise InputError(f"the line is JSON that cannot be read: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"the line must be a JSON object, not {kind_of(row)}")
    return row
