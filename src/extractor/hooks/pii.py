"""`extractor-pii`: personal data in what is about to be committed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from extractor.hooks import door
from extractor.hooks.cache import Results
from extractor.hooks.candidate import Candidate
from extractor.hooks.changes import sources
from extractor.hooks.deadline import Deadline
from extractor.hooks.rules import PERSONAL
from extractor.hooks.scan import Outcome, scan
from extractor.hooks.settings import Configuration, Settings

if TYPE_CHECKING:
    from extractor.hooks.judge import Judge

_NEAR = 2  # lines between a name and the contact detail that makes it personal data
_STRETCH = 400  # characters before and after a contact detail that a model is shown
_CONTACTS = frozenset({"email", "phone", "address"})


def recognise(text: str, regions: Sequence[str] = ()) -> list[Candidate]:
    """Every candidate for personal data in a text, names only where a contact detail is near.

    Args:
        text: Where to look.
        regions: Countries whose national phone numbers are known; none: the usual ones.
    """
    from extractor.hooks.recognise import contact, dates, identity, network, payment, people, places

    found = [
        *contact.emails(text),
        *contact.phones(text, regions or contact.REGIONS),
        *payment.cards(text),
        *payment.ibans(text),
        *payment.accounts(text),
        *identity.national_ids(text),
        *identity.health_numbers(text),
        *dates.birth_dates(text),
        *network.addresses(text),
        *places.postal_addresses(text),
    ]
    anchors = [candidate for candidate in found if candidate.rule in _CONTACTS]
    if anchors:
        found += [person for person in people.people(text) if any(_is_near(text, person, c) for c in anchors)]
    return found


def with_model(text: str, judge: Callable[[], Judge], regions: Sequence[str] = ()) -> list[Candidate]:
    """The same, and the names and addresses that a model finds around contact details; it takes nothing away.

    Args:
        text: Where to look.
        judge: Who is asked about every stretch of text with a contact detail in it; elsewhere it is not even made.
        regions: As for `recognise`.
    """
    found = recognise(text, regions)
    for start, end in _around(text, [candidate for candidate in found if candidate.rule in _CONTACTS]):
        from extractor.hooks.judge import names_and_addresses

        for candidate in names_and_addresses(judge().entities(text[start:end]), text[start:end]):
            found.append(candidate._replace(start=candidate.start + start, end=candidate.end + start))
    return found


def _around(text: str, anchors: Sequence[Candidate]) -> list[tuple[int, int]]:
    """Stretches of whole lines around contact details, short enough for a small model to understand."""
    stretches: list[tuple[int, int]] = []
    for anchor in sorted(anchors, key=lambda candidate: candidate.start):
        start, end = anchor.start, anchor.end
        for _ in range(_NEAR + 1):
            start = max(text.rfind("\n", 0, start), 0, anchor.start - _STRETCH)
            after = text.find("\n", end)
            end = min(len(text) if after < 0 else after + 1, anchor.end + _STRETCH)
        if stretches and start < stretches[-1][1] and end - stretches[-1][0] <= 2 * _STRETCH:
            stretches[-1] = stretches[-1][0], max(end, stretches[-1][1])
        else:
            stretches.append((start, end))
    return stretches


def _is_near(text: str, one: Candidate, other: Candidate) -> bool:
    start, end = min(one.end, other.end), max(one.start, other.start)
    return end - start < 400 and text.count("\n", min(start, end), max(start, end)) <= _NEAR


def _body(chosen: argparse.Namespace, _: Configuration, settings: Settings) -> Outcome:
    door.need("stdnum", "hooks", "extractor-pii")
    door.need("phonenumbers", "hooks", "extractor-pii")
    deadline = Deadline(settings.budget_seconds)
    looked_at = sources(chosen.files, all_files=chosen.all_files, environment=door.environment())
    if settings.model == "off":
        results = Results(f"pii {settings.regions}", use=settings.cache)
        return scan(looked_at, lambda text: recognise(text, settings.regions), settings, deadline, results)

    @cache
    def judge() -> Judge:
        from extractor.api import ready_made
        from extractor.hooks.judge import Judge

        return Judge(ready_made.load("personal_data"), settings.model, use_cache=settings.cache)

    try:
        unkept = Results("", use=False)  # the judge keeps its own
        find = partial(with_model, judge=judge, regions=settings.regions)
        return scan(looked_at, find, settings, deadline, unkept)
    finally:
        if judge.cache_info().currsize:
            judge().close()


def main(argv: Sequence[str] | None = None) -> int:
    """Check; the exit code."""
    door.utf8_output()
    arguments = door.parser("pii", "Find personal data in what is about to be committed.")
    arguments.add_argument(
        "--model", metavar="MODEL", help="look for names and addresses with it: auto, a name or a path"
    )
    return door.run("pii", arguments, argv, _body, {rule.name for rule in PERSONAL}.__contains__)


if __name__ == "__main__":
    sys.exit(main())
