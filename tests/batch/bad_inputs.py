"""Inputs and outputs that are wrong, what the batch command makes of them, and the table of it in docs/batch.md.

python -m tests.batch.bad_inputs   prints the table
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GOOD = b'{"id": "x", "text": "all is red"}\n'


@dataclass(frozen=True)
class Bad:
    """One kind of trouble.

    Attributes:
        kind: What is wrong, for people.
        make: Folder -> the words of the command after `batch`, schema and output aside.
        printed: Part of what is printed, or of the error row's message where `error_rows`.
        written: What is in the output, for people.
        code: Exit code.
        rows: Rows in the output; None: there is none, or it is as it was.
        error_rows: Error rows among them.
        output: Name of the output.
    """

    kind: str
    make: Callable[[Path], list[str]]
    printed: str
    written: str
    code: int
    rows: int | None = None
    error_rows: int = 0
    output: str = "out.jsonl"


def lines(data: bytes, name: str = "in.jsonl", *more: str) -> Callable[[Path], list[str]]:
    """An input of these bytes."""

    def make(folder: Path) -> list[str]:
        (folder / name).write_bytes(data)
        return [str(folder / name), *more]

    return make


def _row(kind: str, data: bytes, printed: str) -> Bad:
    return Bad(kind, lines(data + b"\n" + GOOD), printed, "an error row, and the rest", 1, 2, 1)


def _nowhere(folder: Path) -> list[str]:
    return [str(folder / "nowhere.jsonl")]


def _folder(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    return [str(folder / "empty")]


def _pipe(folder: Path) -> list[str]:
    os.mkfifo(folder / "pipe")
    return [str(folder / "pipe")]


def _existing(folder: Path) -> list[str]:
    (folder / "out.jsonl").write_bytes(b"mine\n")
    return lines(GOOD)(folder)


def _strange(folder: Path) -> list[str]:
    return [*_existing(folder), "--resume"]


def _output_folder(folder: Path) -> list[str]:
    (folder / "out.jsonl").mkdir()
    return lines(GOOD)(folder)


def _same(folder: Path) -> list[str]:
    (folder / "out.jsonl").write_bytes(GOOD)
    return [str(folder / "out.jsonl"), "--force"]


def _texts(folder: Path) -> list[str]:
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_bytes(b"all is red\r\n")
    (folder / "texts" / "b.txt").write_bytes(b"\xff")
    return [str(folder / "texts")]


BAD: list[Bad] = [
    _row("broken JSON", b'{"text": "a"', "not JSON"),
    _row("NUL bytes", b"\0\0\0", "not JSON"),
    _row("a control character in a string", b'{"text": "a\0b"}', "Invalid control character"),
    _row("not UTF-8", b'{"text": "\xff"}', "not UTF-8"),
    _row("UTF-16", b'\xff\xfe{"text": "a"}', "not UTF-8"),
    _row("a line that is no object", b"[1]", "must be a JSON object, not a list"),
    _row("no field for the text", b'{"body": "a"}', "there is no field 'text'"),
    _row("a text that is a number", b'{"text": 12}', "must hold a string, not a number"),
    _row("a text that is null", b'{"text": null}', "must hold a string, not null"),
    _row("an empty text", b'{"text": ""}', "the text is empty"),
    _row("a text of white space", b'{"text": " \\n "}', "the text is empty"),
    _row("a lone surrogate", b'{"text": "a\\ud800"}', "lone surrogate"),
    _row("brackets nested 100,000 deep", b"[" * 100_000, "cannot be read"),
    _row("a number of 5,000 digits", b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", "cannot be read"),
    _row("a line of 10 MB", json.dumps({"text": "x" * 10_000_000}).encode(), "does not fit"),
    Bad("duplicate ids", lines(GOOD + GOOD), "2 rows", "both rows, each with the id", 0, 2),
    Bad("a byte order mark", lines(b"\xef\xbb\xbf" + GOOD), "1 row", "the row", 0, 1),
    Bad("CRLF and blank lines", lines(GOOD[:-1] + b"\r\n\r\n" + GOOD), "2 rows", "both rows", 0, 2),
    Bad("no line end at the end", lines(GOOD[:-1]), "1 row", "the row", 0, 1),
    Bad("an empty file", lines(b""), "0 rows", "an empty file", 0, 0),
    Bad("an input that is not there", _nowhere, "No such file", "nothing", 2),
    Bad("a glob that nothing matches", lambda folder: [str(folder / "*.csv")], "no file matches", "nothing", 2),
    Bad("a URL that nothing reads", lambda _: ["nothing://a/b.jsonl"], "cannot be reached", "nothing", 2),
    Bad("a folder without texts", _folder, "folder without text files", "nothing", 2),
    Bad("a pipe or device", _pipe, "is a pipe or device", "nothing", 2),
    Bad("packing that is not read", lines(b"", "in.jsonl.bz2"), "compressed in a way", "nothing", 2),
    Bad(
        "a .gz cut short",
        lines(gzip.compress(GOOD)[:-9], "in.jsonl.gz"),
        "cannot be read any further",
        "whole rows; --resume goes on",
        2,
        0,
    ),
    Bad("a .zst that is none", lines(GOOD, "in.jsonl.zst"), "cannot be read any further", "whole rows", 2, 0),
    Bad("a Parquet file that is none", lines(GOOD, "in.parquet"), "cannot be read any further", "whole rows", 2, 0),
    Bad("a CSV without the column", lines(b"id,body\n1,a\n", "in.csv"), "no column 'text'", "whole rows", 2, 0),
    Bad("two columns of one name", lines(b"text,text\na,b\n", "in.csv"), "two columns", "whole rows", 2, 0),
    Bad(
        "a CSV row of another width",
        lines(b"id,text\n1,so red\n2,so,red\n", "in.csv"),
        "the row has 3 cells",
        "an error row, and the rest",
        1,
        2,
        1,
    ),
    Bad("a text file that is not UTF-8", _texts, "b.txt is not UTF-8", "an error row, and the rest", 1, 2, 1),
    Bad("an output that exists", _existing, "--resume to go on", "it is left alone", 2),
    Bad("--resume on a file that no run made", _strange, "cannot be resumed", "it is left alone", 2),
    Bad("a folder as output", _output_folder, "is a folder", "nothing", 2),
    Bad("an output in no folder", lines(GOOD), "does not exist", "nothing", 2, output="nowhere/out.jsonl"),
    Bad("input and output the same", _same, "same file", "it is left alone", 2),
    Bad("an output of a format that is not written", lines(GOOD), "cannot be written as", "nothing", 2, output="o.csv"),
    Bad("a folder that cannot be written to", lines(GOOD), "cannot write", "nothing", 3, output="/proc/out.jsonl"),
    Bad("a full disk", lines(GOOD, "in.jsonl", "--force"), "No space left", "whole rows", 3, output="/dev/full"),
    Bad("a column that cannot be kept", lines(GOOD, "in.jsonl", "--keep", "record"), "cannot be kept", "nothing", 2),
    Bad("--fail-fast", lines(b"x\n" + GOOD, "in.jsonl", "--fail-fast"), "stopped", "up to the error row", 4, 1, 1),
    Bad(
        "more errors than --max-errors",
        lines(b"x\nx\nx\n" + GOOD, "in.jsonl", "--max-errors", "1"),
        "2 error rows, which is too many",
        "up to the second error row",
        4,
        2,
        2,
    ),
]


def table() -> str:
    """The table in docs/batch.md."""
    head = ["| what is wrong | what is said | what is written | exit code |", "|---|---|---|---|"]
    where = {True: "in the error row", False: "printed"}
    rows = [
        f"| {bad.kind} | `{bad.printed}` ({where[bad.error_rows > 0 and bad.code == 1]}) | {bad.written} | {bad.code} |"
        for bad in BAD
    ]
    return "\n".join([*head, *rows])


if __name__ == "__main__":
    print(table())
