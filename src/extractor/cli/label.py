"""`extractor label`: a person puts the model's own records right, and they become gold rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor.api.schema_argument import load_schema
from extractor.cli.arguments import (
    FormatOption,
    ModelOption,
    SchemaOption,
    TextFieldOption,
    chosen_format,
    chosen_model,
    count,
    say,
)
from extractor.errors import ContextOverflowError, DecodeError, InputError, RecordError
from extractor.hooks.finding import printable

if TYPE_CHECKING:
    from rich.text import Text

    from extractor.api.extractor import Extractor
    from extractor.batch.output import Kept, RowWriter
    from extractor.batch.row import Row
    from extractor.schema.nodes import JSONValue

_UNSURE = 0.5


def label(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="IN...", help="Texts, as for `extractor batch`.")],
    schema: SchemaOption,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="GOLD.jsonl", help="Gold rows; what is there is kept.")
    ],
    text_field: TextFieldOption = "text",
    file_format: FormatOption = None,
    model: ModelOption = None,
) -> None:
    """Go through texts and the model's record of each: accept, edit, skip or quit; a later call goes on."""
    from extractor.api.extractor import Extractor
    from extractor.batch.output import RowWriter
    from extractor.batch.sources import Inputs, find_sources, read_rows

    chosen = chosen_format(file_format)
    if Inputs(tuple(find_sources(sources, chosen))).holds(output):
        raise InputError(f"input and output are the same file, {output}; name another output", path=str(output))
    if output.suffix != ".jsonl":
        raise InputError(f"gold rows are written line by line: name a .jsonl file, not {output}", path=str(output))
    with (
        Extractor(load_schema(schema), model=chosen_model(context, model), parallel=1) as extractor,
        RowWriter(output, "resume") as writer,
    ):
        _end_last_line(output)
        writer.keep(_kept(output))
        session = _Session(extractor, writer, set(_texts(output)))
        session.run(read_rows(sources, text_field, chosen))
    say(f"{output}: {count(len(session.done), 'gold row')}")


def _end_last_line(gold: Path) -> None:
    """Editors may leave a row without its line end: it is one all the same."""
    lines = gold.read_bytes().splitlines(keepends=True)
    try:
        whole = bool(lines) and not lines[-1].endswith(b"\n") and "record" in json.loads(lines[-1])
    except (ValueError, TypeError):  # torn by a kill
        return
    if whole:
        with gold.open("ab") as file:
            file.write(b"\n")


def _kept(gold: Path) -> Kept:
    """The rows that are there; at most a torn last line is cut away behind them.

    Raises:
        InputError: A line before the last is no row: nothing is cut away then.
    """
    from extractor.batch.output import kept_rows

    kept = kept_rows(gold)
    with gold.open("rb") as file:
        file.seek(kept.end_byte)
        rest = file.read().rstrip()
    if b"\n" in rest or (rest and kept.cut_bytes > len(rest)):
        raise InputError(f"line {kept.rows + 1} of {gold} is no gold row; mend it first", path=str(gold))
    return kept


def _texts(gold: Path) -> Iterator[str]:
    with gold.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line).get("text", "")


@dataclass(slots=True)
class _Session:
    """Goes through rows; a row that was accepted is on disk before the next is shown."""

    extractor: Extractor[Any]
    writer: RowWriter
    done: set[str]

    def run(self, rows: Iterator[Row]) -> None:
        """Ask about every text that has no gold row yet."""
        for row in rows:
            if row.error is not None:
                say(f"{{{row.label}}} is left out: {row.error}")
            elif row.text not in self.done and not self._asked(row):
                return

    def _asked(self, row: Row) -> bool:
        """Ask about one row; False: the person wants to stop."""
        record, sure = self._extracted(row)
        _show(f"{{{row.label}}}, {len(self.done)} labelled", row.text, record, sure)
        while (answer := _answer("accept, edit, skip or quit? [a/e/s/q] ")[:1]) not in ("q", "s"):
            if answer == "e":
                record = self._edited(row.text, record)
                _show("", row.text, record, sure)
            elif answer == "a" and self._written(row, record):
                return True
        return answer == "s"

    def _extracted(self, row: Row) -> tuple[JSONValue, Mapping[str, float]]:
        try:
            extraction = self.extractor.extract(row.text)
        except (InputError, ContextOverflowError, DecodeError, RecordError) as error:
            say(f"the model gave no record; edit $ to write one: {error}")
            return None, {}
        return json.loads(extraction.json), extraction.confidence

    def _edited(self, text: str, record: JSONValue) -> JSONValue:
        """Ask for one value, and put it into the record where the schema takes it."""
        from extractor.evaluate.labelling import revised, values

        which = _answer("which value? [a number, a path, or $ for the whole record] ")
        paths = [path for path, _ in values(record)]
        path = paths[int(which) - 1] if which.isdecimal() and 0 < int(which) <= len(paths) else which
        typed = _answer(f"{path}, as JSON or plain text (nothing: null): ")
        try:
            return revised(self.extractor.compiled, text, record, path, typed)
        except (InputError, RecordError) as error:
            say(f"left as it was: {error}")
            return record

    def _written(self, row: Row, record: JSONValue) -> bool:
        """Write a gold row; False where the record is none of the schema."""
        from extractor.batch.row import encoded
        from extractor.record.layout import dumps

        if not self.extractor.compiled.accepts(dumps(record), row.text):
            say("this record does not fit the schema; edit it or skip")
            return False
        self.writer.write(f'{{{row.label}, "text": {encoded(row.text)}, "record": {dumps(record)}}}')
        self.writer.flush()
        self.done.add(row.text)
        return True


def _answer(question: str) -> str:
    """What was typed; `q` where the terminal was closed."""
    try:
        return input(question).strip()
    except EOFError:
        return "q"


def _show(title: str, text: str, record: JSONValue, sure: Mapping[str, float]) -> None:
    """Print a text with its values marked, and below it every value with its number, path and confidence."""
    from rich.console import Console
    from rich.text import Text

    from extractor.evaluate.labelling import values

    console = Console(highlight=False, soft_wrap=True)
    if title:
        console.rule(Text(title), align="left")
    console.print(_marked(text, record))
    rows = [(str(number), path, value) for number, (path, value) in enumerate(values(record), 1)]
    width = max(len(path) for _, path, _ in rows)
    for number, path, value in rows:
        shown = "" if isinstance(value, dict | list) and value else printable(json.dumps(value, ensure_ascii=False))
        style = "bold yellow" if sure.get(path, 1.0) < _UNSURE else ""
        told = f"{sure[path]:.2f}" if path in sure else ""
        console.print(Text(f"{number:>4} {printable(path):<{width}} {told:>5} ") + Text(shown, style))


def _marked(text: str, record: JSONValue) -> Text:
    """The text, safe on a terminal, with the strings of the record that stand in it in reverse video."""
    from rich.text import Text

    from extractor.evaluate.labelling import values

    found = Text("\n".join(map(printable, text.splitlines())))
    strings = {value for _, value in values(record) if isinstance(value, str) and value.strip()}
    found.highlight_words([printable(value) for value in strings], "reverse")
    return found
