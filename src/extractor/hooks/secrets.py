"""`extractor-secrets`: keys, tokens, passwords and connection strings in what is about to be committed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from extractor.hooks import door
from extractor.hooks.cache import Results
from extractor.hooks.candidate import Candidate
from extractor.hooks.changes import sources
from extractor.hooks.deadline import Deadline
from extractor.hooks.rules import SECRETS
from extractor.hooks.scan import Outcome, scan
from extractor.hooks.settings import Configuration, Settings


def recognise(text: str) -> list[Candidate]:
    """Every candidate for a secret in a text."""
    from extractor.hooks.recognise import credentials, keys

    return [
        *keys.private_keys(text),
        *keys.api_keys(text),
        *credentials.connection_strings(text),
        *credentials.passwords_and_tokens(text),
    ]


def _body(chosen: argparse.Namespace, _: Configuration, settings: Settings) -> Outcome:
    looked_at = sources(chosen.files, all_files=chosen.all_files, environment=door.environment())
    results = Results("secrets", use=settings.cache)
    return scan(looked_at, recognise, settings, Deadline(settings.budget_seconds), results)


def main(argv: Sequence[str] | None = None) -> int:
    """Check; the exit code."""
    door.utf8_output()
    arguments = door.parser("secrets", "Find keys, tokens and passwords in what is about to be committed.")
    return door.run("secrets", arguments, argv, _body, {rule.name for rule in SECRETS}.__contains__)


if __name__ == "__main__":
    sys.exit(main())
