"""`docs/schemas.md` says what the code does."""

from __future__ import annotations

from docs.generate import PAGE, SAMPLES, page

from extractor.schema.keywords import RESTRICTING


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m docs.generate"


def test_every_keyword_has_a_sample_that_uses_it() -> None:
    assert set(SAMPLES) <= RESTRICTING
    for keyword, sample in SAMPLES.items():
        assert f"'{keyword}'" in str(sample)
