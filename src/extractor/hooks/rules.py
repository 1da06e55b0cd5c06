"""The built-in rules: name, severity, and what to do about a finding."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Rule(NamedTuple):
    """A rule.

    Attributes:
        name: What configuration, baselines and `extractor: allow[name]` call it.
        severity: How bad a finding is.
        says: What was found, for people.
        advice: What to do next.
    """

    name: str
    severity: Severity
    says: str
    advice: str


_INVENT = "use an invented value (example.com, 555-0100, a documented test number)"
_ROTATE = "take it out of the commit and rotate it: whoever has the commit has the key"

PERSONAL: tuple[Rule, ...] = (
    Rule("email", "medium", "e-mail address", _INVENT),
    Rule("phone", "medium", "phone number", _INVENT),
    Rule("person", "medium", "name of a person beside contact details", "use an invented name, or leave it out"),
    Rule("address", "medium", "postal address", "use an invented address"),
    Rule("national-id", "high", "national identity number", _INVENT),
    Rule("iban", "high", "bank account number (IBAN)", _INVENT),
    Rule("card", "critical", "payment card number", _INVENT),
    Rule("birth-date", "medium", "date of birth", "leave it out, or use an invented one"),
    Rule("health-number", "high", "health record or insurance number", "use an invented number"),
    Rule("account-number", "high", "account number", "use an invented number"),
    Rule("ip-address", "low", "public IP address", "use an address reserved for documentation (192.0.2.0/24)"),
)
SECRETS: tuple[Rule, ...] = (
    Rule("private-key", "critical", "private key", _ROTATE),
    Rule("api-key", "critical", "key or token of a known shape", _ROTATE),
    Rule("connection-string", "critical", "password in a connection string or URL", _ROTATE),
    Rule("password", "high", "password", _ROTATE),
    Rule("token", "high", "token or secret of high entropy", _ROTATE),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in (*PERSONAL, *SECRETS)}
