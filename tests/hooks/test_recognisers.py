"""The recognisers on the planted corpora: the one they were tuned on, and one written without a look at them."""

from __future__ import annotations

import pytest
from benchmarks.hooks import TYPES, score
from benchmarks.planted.corpus import SAMPLES, corpus

from extractor.hooks import pii, secrets
from extractor.hooks.candidate import without_overlaps
from extractor.hooks.recognise.entropy import looks_random


@pytest.mark.parametrize("sample", SAMPLES)
def test_planted_values_are_found_and_look_alikes_are_not(sample: str) -> None:
    types, shapes = score(corpus(SAMPLES[sample]))
    weak = [kind for kind in TYPES if types[kind].precision < 0.95 or types[kind].recall < 0.95]
    assert not weak, {kind: (types[kind].precision, types[kind].recall) for kind in weak}
    known = [shape for shape, tally in shapes.items() if shape in SAMPLES[sample].keys and tally.recall >= 0.95]
    assert len(known) >= 30


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("client_secret: fb9eb8ca2aee83828b39170fbb24a52c", "fb9eb8ca2aee83828b39170fbb24a52c"),  # extractor: allow[*]
        ("DB_PASSWORD=vyprajbl723X", "vyprajbl723X"),
        ("postgres://app:M3@dow66$@db/main", "M3@dow66$"),  # extractor: allow[*]
        ("https://a.b/?user=x&password=gAJiRoYhZECN4Iyj", "gAJiRoYhZECN4Iyj"),  # extractor: allow[*]
    ],
)
def test_secrets_are_quoted_whole(text: str, value: str) -> None:
    assert [text[c.start : c.end] for c in secrets.recognise(text)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "password = settings.db_password2",
        "password: str, token: bytes32",
        "connect(user=user1, password=password1)",
        "the password is required",
        "url = f'postgres://{user}:{password}@{host}/db'",
    ],
)
def test_code_about_secrets_is_no_secret(text: str) -> None:
    assert not list(secrets.recognise(text))


def test_a_camel_case_name_does_not_look_random() -> None:
    assert not looks_random("getUserNameFromTokenProviderFactory")
    assert looks_random("ZxdUuLgMtcAJjhrvDFMzAgGHANqMXLvkOSCJzbxc")


@pytest.mark.parametrize("name", ["nhsNumber", "NHS_NO", "patientNhs", "nhs"])
def test_a_word_may_be_part_of_a_name(name: str) -> None:
    found = without_overlaps(pii.recognise(f'"{name}": "943 476 5919"'))  # extractor: allow[*]
    assert [c.rule for c in found] == ["national-id"]
