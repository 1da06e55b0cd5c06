"""`extractor-pii`: personal data in what is about to be committed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from extractor.hooks import door
from extractor.hooks.cache import Results
from extractor.hooks.candidate import Candidate
from extractor.hooks.changes import sources
from extractor.hooks.deadline import Deadline
from extractor.hooks.rules import PERSONAL
from extractor.hooks.scan import Outcome, scan
from extractor.hooks.settings import Configuration, Settings

_NEAR = 2  # lines between a name and the contact detail that makes it personal data
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


def _is_near(text: str, one: Candidate, other: Candidate) -> bool:
    start, end = min(one.end, other.end), max(one.start, other.start)
    return end - start < 400 and text.count("\n", min(start, end), max(start, end)) <= _NEAR


def _body(chosen: argparse.Namespace, _: Configuration, settings: Settings) -> Outcome:
    door.need("stdnum", "hooks", "extractor-pii")
    door.need("phonenumbers", "hooks", "extractor-pii")
    deadline = Deadline(settings.budget_seconds)
    results = Results(f"pii {settings.regions}", use=settings.cache)
    looked_at = sources(chosen.files, all_files=chosen.all_files, environment=door.environment())
    return scan(looked_at, lambda text: recognise(text, settings.regions), settings, deadline, results)


def main(argv: Sequence[str] | None = None) -> int:
    """Check; the exit code."""
    door.utf8_output()
    arguments = door.parser("pii", "Find personal data in what is about to be committed.")
    return door.run("pii", arguments, argv, _body, {rule.name for rule in PERSONAL}.__contains__)


if __name__ == "__main__":
    sys.exit(main())
