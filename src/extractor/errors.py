"""The exception tree: one root, a leaf only where a caller would act differently.

    ExtractorError
    |-- SchemaError              the declaration cannot be promised         exit 2
    |-- InputError               a text, row or file that cannot be used    exit 2 (an error row in a batch)
    |   `-- OutputExistsError    refusing to overwrite                      exit 2
    |-- OutputError              the output cannot be written               exit 3
    |-- SetupError               a program or package that is needed        exit 3
    |-- ModelError               the model file                             exit 3
    |   |-- ModelNotFoundError
    |   `-- ModelCorruptError
    |-- EngineError              llama.cpp                                  exit 3
    |   `-- ContextOverflowError the text does not fit (one text: exit 1)
    |-- DecodeError              the constraint and the budget              exit 1
    |   `-- BudgetError          the smallest record does not fit
    `-- RecordError              the grammar was met, a validator refused   exit 1

Every message says what is wrong, where, and what to do next; the facts are attributes as well.
"""

from __future__ import annotations

from typing import Any


class ExtractorError(Exception):
    """Root of every error that this package raises on purpose. Travels between processes as it is."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the facts when the error is pickled or copied; the constructors would ask for them by name."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[ExtractorError], args: tuple[Any, ...], facts: dict[str, Any]) -> ExtractorError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(facts)
    return error


class SchemaError(ExtractorError):
    """The schema holds something that cannot be promised.

    Attributes:
        field_path: Where in the schema: a record path (`items[].price`), `$` for the root.
        construct: The keyword or type that cannot be promised.
        pointer: Where in a JSON Schema: a JSON pointer (`#/properties/items`), or "" where it is not known.
    """

    def __init__(self, message: str, *, field_path: str = "$", construct: str = "", pointer: str = "") -> None:
        super().__init__(f"{field_path}: {message}")
        self.field_path = field_path
        self.construct = construct
        self.pointer = pointer

    def __str__(self) -> str:
        """The message, with the JSON pointer at its end where it is known."""
        told = super().__str__()
        return f"{told} (`{self.construct}` at {self.pointer})" if self.pointer and self.construct else told


class InputError(ExtractorError):
    """A text, row or file that cannot be used as given.

    Attributes:
        path: Where in the input (a field, a file name), or "" when it is the whole of it.
    """

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class OutputExistsError(InputError):
    """The output is already there and neither resuming nor overwriting was asked for."""


class OutputError(ExtractorError):
    """The output cannot be written: a full disk, a folder without permission.

    Attributes:
        path: The file.
    """

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class SetupError(ExtractorError):
    """A program or an optional package that is needed is missing or fails."""


class ModelError(ExtractorError):
    """Something is wrong with a model file or with its place in the catalog."""


class ModelNotFoundError(ModelError):
    """No model of that name or path.

    Attributes:
        name: What was asked for.
    """

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class ModelCorruptError(ModelError):
    """The file is not the model it should be.

    Attributes:
        path: The file.
        expected: What should have been found (a digest, a size, a magic number).
        actual: What was found.
    """

    def __init__(self, message: str, *, path: str, expected: str = "", actual: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.expected = expected
        self.actual = actual


class EngineError(ExtractorError):
    """llama.cpp refused or failed."""


class ContextOverflowError(EngineError):
    """Prompt and record do not fit in the context; nothing is ever cut silently.

    Attributes:
        prompt_tokens: Tokens that prompt and text need (with the smallest record).
        limit: Tokens that the context holds.
    """

    def __init__(self, message: str, *, prompt_tokens: int, limit: int) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.limit = limit


class DecodeError(ExtractorError):
    """The constraint could not be followed to an end."""


class BudgetError(DecodeError):
    """The smallest record of the schema needs more tokens than were allowed.

    Attributes:
        minimum: Tokens that the smallest record is sure to fit in.
        max_tokens: Tokens allowed.
    """

    def __init__(self, message: str, *, minimum: int, max_tokens: int) -> None:
        super().__init__(message)
        self.minimum = minimum
        self.max_tokens = max_tokens


class RecordError(ExtractorError):
    """The text met the grammar but the schema's own validators refused it.

    Attributes:
        raw: The decoded JSON text.
        field_errors: Record path -> message.
    """

    def __init__(self, message: str, *, raw: str, field_errors: dict[str, str]) -> None:
        super().__init__(message)
        self.raw = raw
        self.field_errors = field_errors
