"""Keys and tokens of known shapes. Each is looked for only where its marker stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractor.hooks.candidate import Candidate
from extractor.hooks.recognise.entropy import is_placeholder, shannon

# kind, marker (must occur in the text as it is), shape. Sources: each vendor's published token formats.
SHAPES: tuple[tuple[str, str, str], ...] = (
    ("aws-access-key", "AKIA", r"AKIA[A-Z2-7]{16}"),
    ("aws-temporary-key", "ASIA", r"ASIA[A-Z2-7]{16}"),
    ("github-token", "ghp_", r"ghp_[A-Za-z0-9]{36}"),
    ("github-oauth-token", "gho_", r"gho_[A-Za-z0-9]{36}"),
    ("github-app-token", "gh", r"gh[usr]_[A-Za-z0-9]{36,76}"),
    ("github-fine-grained-token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    ("gitlab-token", "gl", r"gl(?:pat|dt|rt|ft|soat|cbt|ptt)-[\w-]{20,50}"),
    ("slack-token", "xox", r"xox[abeprs]-(?:\d+-)*[A-Za-z0-9-]{10,80}"),
    ("slack-app-token", "xapp-", r"xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{40,80}"),
    ("slack-webhook", "hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{6,12}/[AB][A-Z0-9]{6,12}/[A-Za-z0-9]{20,26}"),
    ("stripe-key", "_live_", r"[sr]k_live_[A-Za-z0-9]{20,110}"),
    ("stripe-webhook-secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{28,70}"),
    ("google-api-key", "AIza", r"AIza[\w-]{35}"),
    ("google-oauth-secret", "GOCSPX-", r"GOCSPX-[\w-]{28}"),
    ("google-oauth-token", "ya29.", r"ya29\.[\w-]{40,300}"),
    ("twilio-key", "SK", r"SK[0-9a-f]{32}"),
    ("sendgrid-key", "SG.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("mailgun-key", "key-", r"key-[0-9a-f]{32}"),
    ("mailchimp-key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    ("npm-token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-token", "pypi-", r"pypi-AgE[\w-]{50,200}"),
    ("docker-token", "dckr_pat_", r"dckr_pat_[\w-]{27}"),
    ("digitalocean-token", "do", r"do[opr]_v1_[0-9a-f]{64}"),
    ("shopify-token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("square-token", "sq0", r"sq0(?:atp|csp|idp)-[\w-]{22,43}"),
    ("telegram-bot-token", ":AA", r"\d{8,10}:AA[\w-]{33}"),
    ("discord-webhook", "/api/webhooks/", r"https://(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,80}"),
    ("discord-bot-token", ".", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}"),
    ("openai-key", "sk-", r"sk-(?:proj-|svcacct-|admin-)?[\w-]{20,120}T3BlbkFJ[\w-]{20,120}"),
    ("anthropic-key", "sk-ant-", r"sk-ant-(?:api|admin|sid)\d\d-[\w-]{80,110}"),
    ("huggingface-token", "hf_", r"hf_[A-Za-z]{34}"),
    ("databricks-token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    ("azure-storage-key", "AccountKey=", r"(?<=AccountKey=)[A-Za-z0-9+/]{86}=="),
    ("azure-client-secret", "8Q~", r"[\w.~-]{3}8Q~[\w.~-]{31,34}"),
    ("azure-sas-signature", "sig=", r"(?<=[?&]sig=)[A-Za-z0-9%+/]{43,63}(?:%3D|=)"),
    ("vault-token", "hv", r"hv[sb]\.[\w-]{24,300}"),
    ("terraform-token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),
    ("linear-key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    ("notion-token", "ntn_", r"ntn_[A-Za-z0-9]{40,60}"),
    ("figma-token", "figd_", r"figd_[\w-]{40,60}"),
    ("grafana-token", "gl", r"gl(?:sa_[A-Za-z0-9]{32}_[0-9a-f]{8}|c_[A-Za-z0-9+/=]{32,400})"),
    ("newrelic-key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    ("atlassian-token", "ATATT3", r"ATATT3[\w=-]{100,250}"),
    ("bitbucket-app-password", "ATBB", r"ATBB[A-Za-z0-9]{32}"),
    ("postman-key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("doppler-token", "dp.", r"dp\.(?:pt|st|ct|sa)\.[A-Za-z0-9._-]{40,60}"),
    ("dropbox-token", "sl.", r"sl\.(?:u\.)?[\w-]{130,200}"),
    ("planetscale-password", "pscale_", r"pscale_(?:pw|tkn)_[\w.=-]{32,64}"),
    ("sentry-token", "sntry", r"sntry[su]_[A-Za-z0-9+/=_-]{60,300}"),
    ("rubygems-key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    ("age-secret-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    ("replicate-token", "r8_", r"r8_[A-Za-z0-9]{37}"),
    ("pulumi-token", "pul-", r"pul-[0-9a-f]{40}"),
    ("airtable-token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("supabase-token", "sb", r"sb(?:p_[0-9a-f]{40}|_secret_[\w-]{30,45})"),
    ("tailscale-key", "tskey-", r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,20}(?:CNTRL)?-[A-Za-z0-9]{20,50}"),
    ("heroku-key", "HRKU-", r"HRKU-[\w-]{36,80}"),
    ("sonarqube-token", "sq", r"sq[apu]_[0-9a-f]{40}"),
    ("square-access-token", "EAAA", r"EAAA[EFl][\w-]{58,60}"),
    ("plaid-token", "access-production-", r"access-production-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("json-web-token", "eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
)  # fmt: skip
_PRIVATE = re.compile(
    r"-----BEGIN (?P<kind>(?:[A-Z0-9]+ ){0,3})PRIVATE KEY(?: BLOCK)?-----(?P<body>[\s\S]{20,8000}?)(?:-----END |\Z)"
    r"|PuTTY-User-Key-File-\d: [\s\S]{20,8000}?Private-MAC: [0-9a-f]{40,64}"
)
_BODY = re.compile(r"[A-Za-z0-9+/=]{40,}|(?:[A-Za-z0-9+/=]{16,}(?:\\n|\s|\"|')+){2,}")


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_]){shape}(?![A-Za-z0-9_])")


def api_keys(text: str) -> Iterator[Candidate]:
    """Keys and tokens of the shapes above; runs of one letter and examples are none."""
    for kind, marker, shape in SHAPES:
        if marker not in text:
            continue
        for match in _compiled(shape).finditer(text):
            value = match.group()
            if not is_placeholder(value) and shannon(value) >= 2.8:
                yield Candidate("api-key", match.start(), match.end(), 0.95, kind)


def private_keys(text: str) -> Iterator[Candidate]:
    """PEM and PuTTY private keys that have a body."""
    if "PRIVATE KEY" not in text and "PuTTY-User-Key-File" not in text:
        return
    for match in _PRIVATE.finditer(text):
        if match["body"] is None or _BODY.search(match["body"]):
            yield Candidate("private-key", match.start(), match.end(), 0.98, (match["kind"] or "").strip().lower())
