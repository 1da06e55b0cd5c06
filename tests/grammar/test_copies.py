"""Runs of a text that have a form: what is found is a run that fits, and what fits is found or overlaps what is."""

from __future__ import annotations

from itertools import accumulate, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.grammar.chunks import chunks
from extractor.grammar.copies import copies
from extractor.grammar.leaf import fits
from extractor.grammar.quotes import places_of, quotes
from extractor.schema.nodes import QuotedNode, StringNode

EMAIL, URI, IP = (StringNode(1, None, None, form) for form in ("email", "uri", "ipv4"))


@pytest.mark.parametrize(
    ("node", "text", "found"),
    [
        (EMAIL, "Write to 'dana.lee@orbis.com', <a@b.co.uk> or e-mail:x_y+z@long-one.example.org.", 3),
        (EMAIL, "no foo@bar, no @me, no a@b..com, no a.@b.de", 0),
        (URI, "see https://x.com/a, (http://y.org/b?c=d#e) or https://en.wikipedia.org/wiki/A_(b).", 3),
        (URI, "mailto:a@b.de and www.example.com", 0),
        (IP, "from 10.0.0.1 to 300.1.1.1 and 8.8.8.8:53", 2),
        (StringNode(1, None, r"^INV-\d+(-\d+)?$"), "INV-2024-17, INV-3; not INV- or XINV-5", 2),
        (StringNode(1, None, "^[A-Z][a-z]+[.]?$"), "Etc. And", 2),
        (StringNode(1, 9, "^[A-Z][a-z]+( [A-Z][a-z]+)*$"), "Anna Lee Weber met Bob Stone", 3),
        (StringNode(1, None, "^[A-Z]+$", never=("^OK$",)), "OK NO", 1),
    ],
)
def test_what_is_found(node: StringNode, text: str, found: int) -> None:
    runs = [run for _, run in copies(node, text)]
    assert len(runs) == found, runs
    assert all(run[-1] not in ".,;>'" for run in runs)


def test_quotes_around_a_run_are_none_of_it_though_its_form_takes_them() -> None:
    name = StringNode(1, None, "^[a-z']+@[a-z']+$")
    assert [run for _, run in copies(name, "from 'a@b', o'brien@c and *d@e*")] == ["a@b", "o'brien@c", "d@e"]


def test_a_run_ends_with_a_full_stop_where_its_form_asks_for_one() -> None:
    assert [run for _, run in copies(StringNode(1, None, "^[a-z]+[.]$"), "it ends. or not")] == ["ends."]


_FORMS = ("^[a-c]{2,3}$", "^a[-.]b$", "^(a|b)+( c)?$", "^[a-c](.*[a-c])?$", "^a.+$")


@given(
    st.text(alphabet="aabbc  -.\n", max_size=24),
    st.builds(StringNode, st.just(1), st.none() | st.integers(1, 8), st.sampled_from(_FORMS)),
)
def test_runs_fit_stand_between_words_and_leave_nothing_out(text: str, node: StringNode) -> None:
    edges = list(accumulate(map(len, chunks(text)), initial=0))
    spans = []
    for span, run in copies(node, text):
        assert text[span.start : span.end] == run == run.strip()
        assert fits(node, run)
        assert {span.start, span.end} <= set(edges)
        spans.append(span)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    for start, end in combinations(edges, 2):
        run = text[start:end]
        if run == run.strip() and fits(node, run):
            assert any(span.start < end and start < span.end for span in spans), run


def test_a_run_without_an_end_takes_time_in_proportion_to_the_text() -> None:
    text = "Anna went. " * 3000
    runs = [run for _, run in copies(StringNode(1, None, "^[A-Z].*$"), text)]
    assert max(map(len, runs)) <= 2048
    assert sum(map(len, runs)) > 0.9 * len(text)


def test_a_value_has_the_places_where_it_is_found() -> None:
    node = QuotedNode(EMAIL, "text")
    text = "a@b.de, x.a@b.de, a@b.de"
    assert [quote.json for quote in quotes(node, text)] == ['"a@b.de"', '"x.a@b.de"', '"a@b.de"']
    assert [span.start for span in places_of(node, "a@b.de", text)] == [0, 18]
    assert places_of(node, "b.de", text) == []
