"""Makers of keys in the shapes that vendors document, of passwords and of tokens. All are random; none opens anything."""

from __future__ import annotations

import base64
import json
import string
from random import Random

from benchmarks.planted.draw import HEX, Maker, drawn, joined, of

_UPPER32 = string.ascii_uppercase + "234567"
_ALNUM = string.ascii_letters + string.digits
_WORD = _ALNUM + "-_"


def _word(count: int) -> Maker:
    """Letters, digits, `-` and `_`, but none of the two at an end."""
    return joined(of(_ALNUM, 1), of(_WORD, count - 2), of(_ALNUM, 1))


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
    return random.choice((of(HEX, 40), of(_ALNUM, 32), _word(43)))(random)


KEYS: dict[str, Maker] = {
    "aws": joined("AKIA", of(_UPPER32, 16)),
    "aws temporary": joined("ASIA", of(_UPPER32, 16)),
    "github": joined("ghp_", of(_ALNUM, 36)),
    "github oauth": joined("gho_", of(_ALNUM, 36)),
    "github server": joined("ghs_", of(_ALNUM, 36)),
    "github fine-grained": joined("github_pat_", of(_ALNUM, 22), "_", of(_ALNUM, 59)),
    "gitlab": joined("glpat-", _word(20)),
    "slack bot": joined("xoxb-", of(string.digits, 12), "-", of(string.digits, 12), "-", of(_ALNUM, 24)),
    "slack webhook": joined("https://hooks.slack.com/services/T", of(_UPPER32, 8), "/B", of(_UPPER32, 8), "/", of(_ALNUM, 24)),
    "stripe": joined("sk_live_", of(_ALNUM, 24)),
    "stripe restricted": joined("rk_live_", of(_ALNUM, 99)),
    "google api": joined("AIza", _word(35)),
    "google oauth": joined("GOCSPX-", _word(28)),
    "twilio": joined("SK", of(HEX, 32)),
    "sendgrid": joined("SG.", _word(22), ".", _word(43)),
    "mailgun": joined("key-", of(HEX, 32)),
    "mailchimp": joined(of(HEX, 32), "-us", of("123456789", 1)),
    "npm": joined("npm_", of(_ALNUM, 36)),
    "pypi": joined("pypi-AgEIcHlwaS5vcmc", _word(120)),
    "docker": joined("dckr_pat_", _word(27)),
    "digitalocean": joined("dop_v1_", of(HEX, 64)),
    "shopify": joined("shpat_", of(HEX, 32)),
    "square": joined("sq0csp-", _word(43)),
    "telegram": joined(of("123456789", 10), ":AA", _word(33)),
    "openai": joined("sk-proj-", _word(64), "T3BlbkFJ", _word(64)),
    "anthropic": joined("sk-ant-api03-", _word(93), "AA"),
    "huggingface": joined("hf_", of(string.ascii_letters, 34)),
    "databricks": joined("dapi", of(HEX, 32)),
    "vault": joined("hvs.", _word(90)),
    "terraform": joined(of(_ALNUM, 14), ".atlasv1.", _word(67)),
    "linear": joined("lin_api_", of(_ALNUM, 40)),
    "grafana": joined("glsa_", of(_ALNUM, 32), "_", of(HEX, 8)),
    "newrelic": joined("NRAK-", of(string.ascii_uppercase + string.digits, 27)),
    "bitbucket": joined("ATBB", of(_ALNUM, 32)),
    "postman": joined("PMAK-", of(HEX, 24), "-", of(HEX, 34)),
    "json web token": _jwt,
}  # fmt: skip
