"""A folder of JSON Schemas, one to a name, with marks of what is verbatim beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.errors import InputError
from extractor.evaluate.verbatim_marks import mark_verbatim

_MARKS = "verbatim_fields.json"


@dataclass(frozen=True, slots=True)
class SchemaFolder:
    """Schemas by name: FOLDER/NAME.json.

    Attributes:
        folder: Where they are.
        marks: Schema name -> leaf path -> whether its strings stand in the text, from the folder's parent.
    """

    folder: Path
    marks: Mapping[str, Mapping[str, bool]]

    def load(self, name: str) -> Any:
        """The JSON Schema of that name, with its verbatim strings marked.

        Raises:
            InputError: There is none, or it is not JSON.
        """
        if not name:
            raise InputError("a row does not name its schema; give --schema instead of --schemas")
        if name != Path(name).name:
            raise InputError(f"{name!r} is no name of a schema: it must be the name of a file in {self.folder}")
        path = self.folder / f"{name}.json"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in self.folder.glob("*.json"))) or "none"
            raise InputError(f"there is no schema {name!r} in {self.folder}; there are: {known}", path=str(path))
        return mark_verbatim(_read(path), self.marks.get(name, {}))


def open_schemas(folder: Path) -> SchemaFolder:
    """Open a folder of schemas.

    Raises:
        InputError: It is no folder, or the marks beside it are not JSON.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; --schemas names a folder of NAME.json files", path=str(folder))
    marks = folder.resolve().parent / _MARKS
    return SchemaFolder(folder, _read(marks) if marks.is_file() else {})


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}", path=str(path)) from error
