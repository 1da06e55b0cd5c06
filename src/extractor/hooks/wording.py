"""Words that blame or abuse people, and claims that nobody can keep: the deterministic part of commit-message rules."""

from __future__ import annotations

import re

WORDING = re.compile(
    r"\b(?:idiot(?:ic|s)?|moron(?:ic|s)?|imbeciles?|stupid(?:ity|ly)?|dumb(?:ass)?|brain-?dead|braindamaged|retard(?:ed)?|"
    r"cretins?|incompetent|incompetence|clueless|lazy (?:dev\w*|code\w*|people|author|team|colleague)|shit\w*|bullshit|"
    r"crap(?:py)?|fuck\w*|wtf|damn(?:ed)?|goddamn|ass ?hole|bastard|screw you|garbage code|trash code|"
    r"(?:useless|terrible|awful|horrible|pathetic) (?:dev\w*|programmer\w*|colleague\w*|team|author|people|person)|"
    r"what (?:was|were) (?:\w+ )?thinking|who(?:ever)? (?:the hell )?wrote (?:this|that)|who approved this|"
    r"as usual,? \w+ (?:broke|forgot|failed|messed)|(?:messed|screwed|fucked) (?:it |this |everything )?up|"
    r"\w+['’]s (?:fault|mess|stupid|crappy|lousy|sloppy)|blame (?!view|command|ignore|file|output|annotat|rev)\w+|"
    r"thanks (?:a lot )?(?:to )?\w+ for breaking|(?:he|she|they|you|\w+) (?:never|didn't even) (?:test|read|think)s?\b|"
    r"sloppy (?:work|code|dev\w*)|(?:can't|cannot|couldn't) (?:even )?be bothered|learn to (?:code|program|read))",
    re.IGNORECASE,
)
CLAIMS = re.compile(
    r"\b(?:fix(?:es|ed)? (?:all|every|everything|any)(?: (?:known )?(?:bugs?|issues?|problems?|errors?))?|"
    r"(?:100 ?%|completely|totally|fully|perfectly|absolutely) (?:secure|safe|bug[- ]free|correct|compliant|tested|reliable)|"
    r"bug[- ]free|no (?:more |known )?bugs(?: left)?|unbreakable|unhackable|never (?:fails?|crash(?:es)?|breaks?) (?:again|anymore)?|"
    r"guarantee(?:s|d)?(?! (?:that )?(?:the )?(?:lock|order|invariant))|zero[- ]risk|military[- ]grade|"
    r"(?:GDPR|HIPAA|PCI|SOC ?2|ISO ?27001)[- ](?:compliant|certified)|works (?:everywhere|on all|for everyone)|"
    r"impossible to (?:break|fail|hack)|can(?:'t|not) (?:possibly )?fail)\b",
    re.IGNORECASE,
)
