"""Public IP addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.surroundings import key_before, said_before

_V4 = re.compile(r"(?<![\w.+-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\w|\+)")
_V6 = re.compile(r"(?<![\w:.])(?:[23][0-9a-f]{3})(?::[0-9a-f]{0,4}){2,7}(?![\w:]|\.\d)", re.IGNORECASE)
_VERSION = re.compile(
    r"version|semver|\bj(?:dk|re)\b|\bver\b|\bv$|release|[=~<>!]=|build|oid|package|assembly|chrome|firefox|safari|driver|firmware|\brev\b|"
    r"require|upgrade|section|chapter|clause|¶|§|revision|file ?version|msie|edge",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\bip\b|ip[_ -]?addr|\bip_|_ip\b|client|host|remote|peer|server|addr|from|connect|listen|gateway|nameserver|proxy|"
    r"visitor|login|ssh|ping|src|dst|forwarded|origin|banned?|block|allow|deny|whitelist|subnet|route|http",
    re.IGNORECASE,
)
# Resolvers and anycast services that everybody's configuration names.
_EVERYBODYS = frozenset(
    [
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "149.112.112.112",
        "208.67.222.222",
        "208.67.220.220",
        "4.2.2.2",
        "4.4.4.4",
        "1.2.3.4",
        "123.45.67.89",
        "4.3.2.1",
        "5.6.7.8",
        "2.2.2.2",
        "3.3.3.3",
        "2606:4700:4700::1111",
        "2606:4700:4700::1001",
        "2001:4860:4860::8888",
        "2001:4860:4860::8844",
        "2620:fe::fe",
    ]
)


def addresses(text: str) -> Iterator[Candidate]:
    """IPv4 and IPv6 addresses that are routed in public; documentation, private and everybody's ones are none."""
    if text.count(".") < 3 and text.count(":") < 3:
        return
    for match in _V4.finditer(text):
        if _is_public(match.group()) and (confidence := _confidence(text, match)):
            yield Candidate("ip-address", match.start(), match.end(), confidence)
    for match in _V6.finditer(text):
        value = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        if ("::" in value or value.count(":") == 7) and _is_public(value):
            yield Candidate("ip-address", match.start(), match.start() + len(value), 0.9)


def _confidence(text: str, match: re.Match[str]) -> float:
    start = match.start()
    parts = [int(part) for part in match.group().split(".")]
    small = max(parts) < 100 and sum(part < 10 for part in parts) >= 2  # the look of a version or a section
    if said_before(text, start, _ADDRESS, reach=32) and not key_before(text, start, _VERSION):
        return 0.5 if small else 0.9
    if said_before(text, start, _VERSION, reach=32) or (text[max(0, start - 1) : start] in {"/", "="} and small):
        return 0.0
    return 0.0 if small else 0.8


def _is_public(written: str) -> bool:
    import ipaddress

    if written in _EVERYBODYS:
        return False
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and address.packed[-1:] != b"\x00"
