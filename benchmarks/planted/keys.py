"""Makers of keys in the shapes that vendors document, of passwords and of tokens. All are random; none opens anything."""

from __future__ import annotations

import base64
import json
import string
from random import Random

from benchmarks.planted.draw import HEX, Maker, drawn

_UPPER32 = string.ascii_uppercase + "234567"
_ALNUM = string.ascii_letters + string.digits
_WORD = _ALNUM + "-_"


def _of(alphabet: str, count: int) -> Maker:
    return lambda random: drawn(random, alphabet, count)


def _joined(*parts: str | Maker) -> Maker:
    return lambda random: "".join(part if isinstance(part, str) else part(random) for part in parts)


def _word(count: int) -> Maker:
    """Letters, digits, `-` and `_`, but none of the two at an end."""
    return _joined(_of(_ALNUM, 1), _of(_WORD, count - 2), _of(_ALNUM, 1))


def _jwt(random: Random) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": str(random.randrange(10**9)), "iat": random.randrange(10**9)}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{_word(43)(random)}"


def private_key(random: Random) -> str:
    """A block that is armoured as a private key."""
    body = base64.b64encode(random.randbytes(330)).decode()
    lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
    kind = random.choice(("RSA ", "EC ", "", "OPENSSH "))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"


def password(random: Random) -> str:
    """A password as people and generators choose them."""
    word = random.choice(("Winter", "harbor", "Tr0mbone", "lantern", "Quartz", "maple"))
    strong = drawn(random, _ALNUM + "!#%&*+-=?^_", random.randrange(12, 20))
    return random.choice((f"{word}{random.randrange(10, 9999)}!", f"{word}#{random.randrange(10, 99)}", f"a7{strong}Z"))


def token(random: Random) -> str:
    """A token without a known shape."""
    return random.choice((_of(HEX, 40), _of(_ALNUM, 32), _word(43)))(random)


KEYS: dict[str, Maker] = {
    "aws": _joined("AKIA", _of(_UPPER32, 16)),
    "aws temporary": _joined("ASIA", _of(_UPPER32, 16)),
    "github": _joined("ghp_", _of(_ALNUM, 36)),
    "github oauth": _joined("gho_", _of(_ALNUM, 36)),
    "github server": _joined("ghs_", _of(_ALNUM, 36)),
    "github fine-grained": _joined("github_pat_", _of(_ALNUM, 22), "_", _of(_ALNUM, 59)),
    "gitlab": _joined("glpat-", _word(20)),
    "slack bot": _joined("xoxb-", _of(string.digits, 12), "-", _of(string.digits, 12), "-", _of(_ALNUM, 24)),
    "slack webhook": _joined("https://hooks.slack.com/services/T", _of(_UPPER32, 8), "/B", _of(_UPPER32, 8), "/", _of(_ALNUM, 24)),
    "stripe": _joined("sk_live_", _of(_ALNUM, 24)),
    "stripe restricted": _joined("rk_live_", _of(_ALNUM, 99)),
    "google api": _joined("AIza", _word(35)),
    "google oauth": _joined("GOCSPX-", _word(28)),
    "twilio": _joined("SK", _of(HEX, 32)),
    "sendgrid": _joined("SG.", _word(22), ".", _word(43)),
    "mailgun": _joined("key-", _of(HEX, 32)),
    "mailchimp": _joined(_of(HEX, 32), "-us", _of("123456789", 1)),
    "npm": _joined("npm_", _of(_ALNUM, 36)),
    "pypi": _joined("pypi-AgEIcHlwaS5vcmc", _word(120)),
    "docker": _joined("dckr_pat_", _word(27)),
    "digitalocean": _joined("dop_v1_", _of(HEX, 64)),
    "shopify": _joined("shpat_", _of(HEX, 32)),
    "square": _joined("sq0csp-", _word(43)),
    "telegram": _joined(_of("123456789", 10), ":AA", _word(33)),
    "openai": _joined("sk-proj-", _word(64), "T3BlbkFJ", _word(64)),
    "anthropic": _joined("sk-ant-api03-", _word(93), "AA"),
    "huggingface": _joined("hf_", _of(string.ascii_letters, 34)),
    "databricks": _joined("dapi", _of(HEX, 32)),
    "vault": _joined("hvs.", _word(90)),
    "terraform": _joined(_of(_ALNUM, 14), ".atlasv1.", _word(67)),
    "linear": _joined("lin_api_", _of(_ALNUM, 40)),
    "grafana": _joined("glsa_", _of(_ALNUM, 32), "_", _of(HEX, 8)),
    "newrelic": _joined("NRAK-", _of(string.ascii_uppercase + string.digits, 27)),
    "bitbucket": _joined("ATBB", _of(_ALNUM, 32)),
    "postman": _joined("PMAK-", _of(HEX, 24), "-", _of(HEX, 34)),
    "json web token": _jwt,
}  # fmt: skip
