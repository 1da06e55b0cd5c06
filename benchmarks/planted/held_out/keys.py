"""Makers of keys of the second sample, in shapes that vendors document; those that the first has too are made anew here."""

from __future__ import annotations

import base64
import json
import string
from random import Random

from benchmarks.planted.draw import HEX, Maker, drawn, joined, of

_ALNUM = string.ascii_letters + string.digits
_LOWER = string.ascii_lowercase + string.digits
_UPPER = string.ascii_uppercase + string.digits
_URL = _ALNUM + "-_"
_B64 = _ALNUM + "+/"


def _url(count: int) -> Maker:
    """Base64 of the URL's alphabet, that ends in a letter or digit."""
    return joined(of(_URL, count - 1), of(_ALNUM, 1))


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _jwt(random: Random) -> str:
    head = {"typ": "JWT", "alg": random.choice(("RS256", "ES256", "HS512")), "kid": drawn(random, HEX, 8)}
    claims = {"iss": "https://id.falcon.dev", "sub": drawn(random, HEX, 12), "exp": random.randrange(10**9, 2 * 10**9)}
    return f"{_encoded(head)}.{_encoded(claims)}.{_url(86)(random)}"


def _uuid(random: Random) -> str:
    return "-".join(drawn(random, HEX, count) for count in (8, 4, 4, 4, 12))


def _discord(random: Random) -> str:
    user = base64.b64encode(str(random.randrange(10**17, 10**18)).encode()).decode().rstrip("=")
    return f"{user}.{drawn(random, _ALNUM, 6)}.{_url(38)(random)}"


def private_key(random: Random) -> str:
    """A block that is armoured as a private key."""
    kind = random.choice(
        ("ENCRYPTED PRIVATE KEY", "PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK")
    )
    body = base64.b64encode(random.randbytes(random.randrange(150, 600))).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


def password(random: Random) -> str:
    """A password: two words and a number, a word with letters changed, or what a generator makes."""
    words = ("copper", "Dune", "ember", "Glacier", "hazel", "Nectar", "lagoon", "Meadow")
    one, two = random.sample(words, 2)
    return random.choice(
        (
            f"{one}-{two}-{random.randrange(10, 1000)}",
            f"{one.replace('e', '3').replace('a', '@').capitalize()}{random.randrange(1, 99)}$",
            drawn(random, _ALNUM + "!%*+=_.~", random.randrange(14, 24)) + "k9",
            f"{drawn(random, _LOWER, 9)}{random.randrange(10, 99)}X",
        )
    )


def token(random: Random) -> str:
    """A token without a known shape."""
    return random.choice((of(HEX, 64), of(HEX, 32), of(_ALNUM, 40), _url(48), joined(of(_B64, 43), "=")))(random)


KEYS: dict[str, Maker] = {
    "aws": joined("AKIA", of(string.ascii_uppercase + "234567", 16)),
    "github": joined("ghp_", of(_ALNUM, 36)),
    "github user": joined("ghu_", of(_ALNUM, 36)),
    "github fine-grained": joined("github_pat_11", of(_UPPER, 20), "_", of(_ALNUM, 59)),
    "gitlab": joined("glpat-", of(_URL, 19), of(_ALNUM, 1)),
    "gitlab runner": joined("glrt-", of(_URL, 19), of(_ALNUM, 1)),
    "slack bot": joined("xoxb-", of("123456789", 12), "-", of("123456789", 13), "-", of(_ALNUM, 24)),
    "slack user": joined("xoxp-", of("123456789", 12), "-", of("123456789", 12), "-", of("123456789", 12), "-", of(HEX, 32)),
    "slack app": joined("xapp-1-A", of(_UPPER, 10), "-", of("123456789", 13), "-", of(HEX, 64)),
    "slack webhook": joined("https://hooks.slack.com/services/T", of(_UPPER, 10), "/B", of(_UPPER, 10), "/", of(_ALNUM, 24)),
    "discord bot": _discord,
    "discord webhook": joined("https://discord.com/api/webhooks/", of("123456789", 19), "/", _url(68)),
    "stripe": joined("sk_live_51", of(_ALNUM, 97)),
    "stripe restricted": joined("rk_live_51", of(_ALNUM, 97)),
    "stripe webhook": joined("whsec_", of(_ALNUM, 32)),
    "google api": joined("AIzaSy", _url(33)),
    "google oauth": joined("GOCSPX-", _url(28)),
    "twilio": joined("SK", of(HEX, 32)),
    "sendgrid": joined("SG.", _url(22), ".", _url(43)),
    "mailgun": joined("key-", of(HEX, 32)),
    "mailchimp": joined(of(HEX, 32), "-us", of("123456789", 2)),
    "npm": joined("npm_", of(_ALNUM, 36)),
    "pypi": joined("pypi-AgEIcHlwaS5vcmcCJ", _url(150)),
    "rubygems": joined("rubygems_", of(HEX, 48)),
    "docker": joined("dckr_pat_", _url(27)),
    "digitalocean": joined("dop_v1_", of(HEX, 64)),
    "shopify": joined("shpat_", of(HEX, 32)),
    "shopify shared": joined("shpss_", of(HEX, 32)),
    "square": joined("EAAA", of("EFl", 1), _url(59)),
    "telegram": joined(of("123456789", 10), ":AA", _url(33)),
    "openai": joined("sk-proj-", _url(74), "T3BlbkFJ", _url(74)),
    "openai old": joined("sk-", of(_ALNUM, 20), "T3BlbkFJ", of(_ALNUM, 20)),
    "openai service": joined("sk-svcacct-", _url(74), "T3BlbkFJ", _url(74)),
    "anthropic": joined("sk-ant-api03-", _url(93), "AA"),
    "huggingface": joined("hf_", of(string.ascii_letters, 34)),
    "replicate": joined("r8_", of(_ALNUM, 37)),
    "databricks": joined("dapi", of(HEX, 32), "-2"),
    "vault": joined("hvs.CAESI", _url(85)),
    "terraform": joined(of(_ALNUM, 14), ".atlasv1.", _url(67)),
    "pulumi": joined("pul-", of(HEX, 40)),
    "linear": joined("lin_api_", of(_ALNUM, 40)),
    "notion": joined("ntn_", of("123456789", 11), of(_ALNUM, 35)),
    "figma": joined("figd_", _url(40)),
    "airtable": joined("pat", of(_ALNUM, 14), ".", of(HEX, 64)),
    "grafana": joined("glsa_", of(_ALNUM, 32), "_", of(HEX, 8)),
    "grafana cloud": joined("glc_eyJ", of(_ALNUM, 60)),
    "newrelic": joined("NRAK-", of(_UPPER, 27)),
    "sentry": joined("sntryu_", of(HEX, 64)),
    "atlassian": joined("ATATT3xFfGF0", _url(172), "=", of(HEX.upper(), 8)),
    "bitbucket": joined("ATBB", of(_ALNUM, 24), of(HEX.upper(), 8)),
    "postman": joined("PMAK-", of(HEX, 24), "-", of(HEX, 34)),
    "doppler": joined("dp.pt.", of(_ALNUM, 43)),
    "planetscale": joined("pscale_pw_", _url(43)),
    "supabase": joined("sbp_", of(HEX, 40)),
    "tailscale": joined("tskey-auth-k", of(_ALNUM, 11), "CNTRL-", of(_ALNUM, 32)),
    "heroku": joined("HRKU-AA", _url(58)),
    "azure storage": joined("DefaultEndpointsProtocol=https;AccountName=copper;AccountKey=", of(_B64, 86), "=="),
    "age": joined("AGE-SECRET-KEY-1", of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
    "sonarqube": joined("squ_", of(HEX, 40)),
    "plaid": joined("access-production-", _uuid),
    "json web token": _jwt,
}  # fmt: skip
