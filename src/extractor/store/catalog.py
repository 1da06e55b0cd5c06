"""The models that have a name: where each comes from, what it must be, and on what terms.

A hash stands here only with a source that can be looked up; where there is none, `pull` pins what the server
declares and says so.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import ModelCorruptError, ModelNotFoundError

EMBEDDED = "embedded"
_PACKAGED = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One model of the catalog.

    Attributes:
        name: What the user calls it.
        source: Repository on the hub; "" for the model inside the package.
        file: File in that repository.
        revision: Commit that is fetched.
        sha256: Digest that the file must have, or None where no source for it is known.
        sha256_source: Where the digest and the size can be looked up, or "".
        size_bytes: Size that the file must have, or None.
        licence: Name of the licence.
        licence_url: Where it is read, or accepted where `gated`.
        template: Name of the prompt template.
        description: One line.
        gated: Whether the publisher asks everyone to accept the licence before use.
        architecture: What the file must say it is.
    """

    name: str
    source: str
    file: str
    revision: str
    sha256: str | None
    sha256_source: str
    size_bytes: int | None
    licence: str
    licence_url: str
    template: str
    description: str
    gated: bool
    architecture: str = "gemma3"


# Google publishes this quantisation-aware checkpoint of 270M unquantised and gated
# (google/gemma-3-270m-it-qat-q4_0-unquantized); its Q4_0 GGUF is the llama.cpp project's conversion of it.
_GEMMA_270M = CatalogEntry(
    name="gemma-3-270m-it-qat-q4_0",
    source="ggml-org/gemma-3-270m-it-qat-GGUF",
    file="gemma-3-270m-it-qat-Q4_0.gguf",
    revision="7dba9faa7cdb58c7dc44b238c7dbb00e391fbf65",
    sha256="3626e245220ca4a1c5911eb4010b3ecb7bdbf5bc53c79403c21355354d1e2dc6",
    sha256_source="LocalAI's model gallery: github.com/mudler/LocalAI, gallery/index.yaml, gemma-3-270m-it-qat",
    size_bytes=241_410_624,
    licence="Gemma Terms of Use",
    licence_url="https://huggingface.co/google/gemma-3-270m-it-qat-q4_0-unquantized",
    template="gemma",
    description="Gemma 3 270M, instruction-tuned, INT4 by quantisation-aware training; 32,768 tokens of context",
    gated=True,
)
_FETCHED: tuple[CatalogEntry, ...] = (_GEMMA_270M,)


def catalog(packaged: Path = _PACKAGED) -> dict[str, CatalogEntry]:
    """Every entry by name; the embedded model is left out where its card is missing or unreadable.

    Args:
        packaged: Folder of the embedded model.
    """
    entries = list(_FETCHED)
    with suppress(ModelNotFoundError, ModelCorruptError):  # `find` says why when the embedded model is asked for
        entries.insert(0, embedded_entry(packaged))
    return {entry.name: entry for entry in entries}


def find(name: str, packaged: Path = _PACKAGED) -> CatalogEntry:
    """Look one entry up.

    Raises:
        ModelNotFoundError: The catalog has no such name, or the package no embedded model.
        ModelCorruptError: The embedded model's card is broken.
    """
    if name == EMBEDDED:
        return embedded_entry(packaged)
    entries = catalog(packaged)
    if name not in entries:
        names = ", ".join([EMBEDDED, *(other for other in entries if other != EMBEDDED)])
        raise ModelNotFoundError(
            f"No model is called {name!r}. The catalog has: {names}. Any path to a .gguf file works as well.", name=name
        )
    return entries[name]


def embedded_path(packaged: Path = _PACKAGED) -> Path:
    """Where the embedded model's weights are in this installation."""
    return packaged / "embedded.gguf"


def embedded_entry(packaged: Path = _PACKAGED) -> CatalogEntry:
    """Read the embedded model's entry from the card that the training export writes beside the weights.

    Raises:
        ModelNotFoundError: This installation has no embedded model.
        ModelCorruptError: The card is broken.
    """
    card_path = packaged / "embedded.json"
    try:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        sha256, size_bytes = str(card["sha256"]).lower(), int(card["size_bytes"])
        template, note = str(card.get("template", "extractor-1")), str(card.get("description", ""))
    except OSError as error:
        raise ModelNotFoundError(
            f"This installation has no embedded model ({card_path} is missing). Install the package again, "
            f"or name another model: extractor model pull {_GEMMA_270M.name}",
            name=EMBEDDED,
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelCorruptError(
            f"{card_path} is broken: {error}. Install the package again.",
            path=str(card_path),
            expected="a JSON object with sha256 and size_bytes",
            actual=str(error),
        ) from error
    return CatalogEntry(
        name=EMBEDDED,
        source="",
        file="embedded.gguf",
        revision="",
        sha256=sha256,
        sha256_source="the card in the package, written with the weights",
        size_bytes=size_bytes,
        licence="CC-BY-SA-4.0",
        licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
        template=template,
        description=note or "The model in the box: small, English, trained from scratch by this project",
        gated=False,
    )
