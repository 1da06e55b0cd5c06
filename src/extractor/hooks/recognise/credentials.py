"""Passwords and tokens that are given to a name, and those inside URLs and connection strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.entropy import digit_changes, is_mixed, is_placeholder, looks_chosen, looks_random

_PASSWORD = r"pass(?:word|wd|phrase|code)?|passwort|pwd|mot_?de_?passe|contrase[nñ]a"
_TOKEN = (
    r"(?:api|app|auth|access|secret|private|client|signing|encryption|master|bearer|refresh|deploy|bot|service|session|"
    r"webhook|shared|consumer|license|account)[_.-]?(?:key|token|secret|pass|id_?secret)|secret|token|credentials?|apikey|"
    r"auth(?:orization)?|secret[_.-]?access[_.-]?key|salt|pat"
)
_ASSIGNED = re.compile(
    rf"(?P<key>(?<![A-Za-z0-9])(?:[A-Za-z0-9]+[_.-])*?(?:[a-z]+(?=[A-Z]))?(?P<kind>(?i:{_PASSWORD}|{_TOKEN}))(?:[_-][A-Za-z0-9]{{1,12}}|\d{{1,3}}|[A-Z][a-z0-9]{{1,11}})?)"
    r"[\"']?\]?\s{0,4}(?P<how>:=|=>|==|[:=]|\s(?=[\"']))\s{0,4}(?P<open>(?:[brfu](?=[\"'`])|Bearer |Basic )?[\"'`]?)"
    r"(?P<value>[^\s\"'`,;<>\\]{6,200})(?P<close>[\"'`]?)"
)
_CODE_VALUE = re.compile(
    r"[A-Za-z_][\w.]*(?:[(\[].*)?[)\]}]*$|[(\[{$%@&!]|None\b|self\.|os\.|https?://|/|\.{1,2}/|~|\*"
)
_HEADER = re.compile(r"(?i:authorization)[\"']?\s*[:=]\s*[\"']?(?i:bearer|basic|token)\s+(?P<value>[\w+/=.~-]{16,400})")
_FLAG = re.compile(
    r"(?:--(?:password|passwd|pass|token|secret|api-key)[= ]|(?:mysql|mysqldump|psql)\b[^\n]{0,80}?\s-p|"
    r"sshpass\b[^\n]{0,80}?\s-p\s?|curl\b[^\n]{0,200}?\s-u\s*[\"']?[\w.@-]+:|[?&](?:password|passwd|pwd)=|"
    r"\blogin \S{1,80} password |(?i:\bidentified by )(?=[\"'])|(?i:\bpass(?:word|phrase|code) (?:is|was):? )(?=\S{0,99}\d))"
    r"[\"']?(?P<value>[^\s\"'`|;&,]{6,100})"
)
_SETTING = re.compile(r"[ \t]*(?:export |set |ENV |- )?(?:[\w.-]+(?:=|: +)[\w.-]+[ \t]*$|[A-Z][A-Z0-9_]*=[\w.-]+ )")
_URL = re.compile(
    r"\b(?P<scheme>[a-z][a-z0-9+.-]{1,30})://(?P<user>[^\s:@/\"'<>{}$%]{0,80}):(?P<value>[^\s/\"'<>]{3,120})@"
    r"(?P<host>[\w.-]+)",
    re.IGNORECASE,
)
_PAIRS = re.compile(
    r"(?i)\b(?:server|host|data source|addr(?:ess)?|endpoint|user(?:name| id)?|uid|database|initial catalog|dbname)\s*=[^;\n]{1,100}"
    r"(?:;|(?<!,) )(?:[^\n]{0,200}?(?:;|(?<!,) ))?(?:password|pwd)\s*=\s*(?P<value>[^;\s\"']{4,100})"
)
_PUBLIC = re.compile(r"(?i)public|pub_?key|token_?(?:type|uri|url|name|count|id$|kind|class)|max_?token|num_?token|_?hash|"
                     r"digest|checksum|csrf_?field|tokeniz|secret_?name|key_?id|password_?(?:field|hash|reset|min|max|len)|"
                     r"integrity|commit|sha\d*|md5|author(?!iz)|path|file|dir|regex|pattern|label|title|text|hint|prompt")  # fmt: skip
_HASHED = re.compile(
    r"\$(?:2[aby]|argon2\w*|5|6|1|pbkdf2[\w-]*|scrypt)\$|\{SSHA\}|(?:sha(?:1|256|384|512)|md5)[-:]|pbkdf2_"
)
# Values that documentation and development databases give; whoever reads them learns nothing.
_NO_SECRETS = frozenset(
    [
        "pass",
        "password",
        "passwd",
        "pwd",
        "pw",
        "secret",
        "user",
        "pass1",
        "hunter2",
        "token",
        "guest",
        "postgres",
    ]
)


_STAND_IN = re.compile(r"[\[{$<(]|\*+$|%(?:s|d|\(|\w+%$)")


def connection_strings(text: str) -> Iterator[Candidate]:
    """Passwords in URLs (`scheme://user:password@host`) and in `Server=...;Password=...` strings."""
    if "://" in text:
        for match in _URL.finditer(text):
            if not _stands_for_another(match["value"]) and match["value"].lower() != match["user"].lower():
                yield Candidate(
                    "connection-string", match.start("value"), match.end("value"), 0.85, match["scheme"].lower()
                )
    for match in _PAIRS.finditer(text):
        if not _stands_for_another(match["value"].rstrip(",);")):
            yield Candidate("connection-string", match.start("value"), match.end("value"), 0.85)


def _stands_for_another(value: str) -> bool:
    return is_placeholder(value) or value.lower() in _NO_SECRETS or value.isdigit() or bool(_STAND_IN.match(value))


def passwords_and_tokens(text: str) -> Iterator[Candidate]:
    """Values given to a name that says password, secret, token or key, and those after a header or a flag."""
    for match in _ASSIGNED.finditer(text):
        if (rule := _judged(match)) is not None:
            yield Candidate(rule, match.start("value"), match.end("value"), 0.75 if rule == "password" else 0.7)
    for pattern, rule in ((_HEADER, "token"), (_FLAG, "password")):
        for match in pattern.finditer(text):
            value = match["value"]
            if (
                not is_placeholder(value)
                and (is_mixed(value) or not _CODE_VALUE.fullmatch(value))
                and (looks_chosen(value) or looks_random(value))
            ):
                yield Candidate(rule, match.start("value"), match.end("value"), 0.75)


def _is_code(match: re.Match[str]) -> bool:
    """Whether a value without quotes is an expression: a name, a call, a path; not one that changes to digits and back."""
    value, line = match["value"], match.string.rfind("\n", 0, match.start()) + 1
    if not _CODE_VALUE.match(value) or (digit_changes(value) >= 3 and re.fullmatch(r"[\w+/=.~-]+", value)):
        return False
    end = match.string.find("\n", match.end())
    whole = match.string[line : end if end >= 0 else None]
    return not (is_mixed(value) and _SETTING.match(whole))  # `KEY=value` or `key: value` and nothing else on its line


def _judged(match: re.Match[str]) -> str | None:
    key, value = match["key"], match["value"]
    quoted = bool(match["close"]) and match["open"].lstrip("brfu")[-1:] == match["close"]
    if match["open"].startswith("f") and "{" in value:
        return None
    if _PUBLIC.search(key) or is_placeholder(value) or _HASHED.search(value):
        return None
    if not quoted and (match["open"] or match["how"] in {"==", "=>"} or _is_code(match)):
        return None
    is_password = re.fullmatch(_PASSWORD, match["kind"], re.IGNORECASE) is not None
    if is_password:
        return "password" if looks_chosen(value) and not value.startswith(("/", "http", "#")) else None
    return (
        "token" if looks_random(value) and not re.fullmatch(r"[a-z]+(?:[._-][a-z]+)*\d*|\d+(?:\.\d+)*", value) else None
    )
