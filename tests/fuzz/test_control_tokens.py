"""A text cannot leave its place in the prompt: what looks like a special token in it is encoded as text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.engine.llamacpp import open_vocabulary
from extractor.grammar.vocabulary import Vocabulary
from extractor.prompt.template import TEMPLATES, encode
from extractor.store.catalog import embedded_path

AROUND = ("{}", "a{}b", "{0}{0}", " {} ", "\n{}", "<{}>", "\x00{}")


def _vocabularies() -> Iterator[Path]:
    yield embedded_path()
    yield Path(os.environ.get("EXTRACTOR_LARGE_MODEL", "no such file"))


def _stays(vocabulary: Vocabulary, text: str) -> None:
    ids = vocabulary.encode(text)
    assert not set(ids) & set(vocabulary.controls.values()), text
    assert vocabulary.decode(ids).decode(errors="replace").lstrip() == text.lstrip(), text


@pytest.mark.parametrize("path", [*_vocabularies()], ids=("embedded", "large"))
def test_every_special_token_is_text_in_a_text(path: Path) -> None:
    if not path.is_file():
        pytest.skip("EXTRACTOR_LARGE_MODEL names no GGUF, or the embedded model's weights are not there")
    with open_vocabulary(path) as vocabulary:
        looks = {token.decode(errors="ignore") for token in vocabulary.tokens if token[:1] in b"<[" and len(token) > 2}
        for name in vocabulary.controls:
            for shape in AROUND:
                _stays(vocabulary, shape.format(name))
        for name in looks - set(vocabulary.controls):
            _stays(vocabulary, f"a{name}b")


@pytest.mark.parametrize("path", [*_vocabularies()], ids=("embedded", "large"))
def test_a_prompt_holds_as_many_control_tokens_as_its_template(path: Path) -> None:
    if not path.is_file():
        pytest.skip("EXTRACTOR_LARGE_MODEL names no GGUF, or the embedded model's weights are not there")
    with open_vocabulary(path) as vocabulary:
        template = next(t for t in TEMPLATES.values() if set(t.ends()) & set(vocabulary.controls))
        for one in TEMPLATES.values():
            if set(one.ends()) <= set(vocabulary.controls):
                template = one
        controls = set(vocabulary.controls.values())
        plain = [token for token in encode(template.body("x"), vocabulary) if token in controls]

        @given(st.lists(st.sampled_from(sorted(vocabulary.controls)) | st.text(max_size=5), max_size=8))
        def law(parts: list[str]) -> None:
            text = "".join(parts).encode(errors="replace").decode()
            found = [token for token in encode(template.body(text), vocabulary) if token in controls]
            assert found == plain

        law()
