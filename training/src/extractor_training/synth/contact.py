"""Signature blocks, business cards, address lines and contact details told in a sentence."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.world import World

_ROLE = """
Account Manager|Architect|Associate Professor|Attorney|CEO|CFO|Chief Engineer|Consultant|CTO|Customer Care|Data Analyst|Dentist
|Designer|Director|Editor|Electrician|Engineer|Event Manager|Founder|Head of Sales|HR Manager|IT Support|Journalist|Key Account
|Marketing|Nurse|Office Manager|Owner|Partner|Photographer|President|Product Manager|Project Lead|Realtor|Recruiter|Researcher
|Sales Representative|Senior Developer|Senior Partner|Software Engineer|Team Lead|Therapist|Translator|Vice President
"""
_LINES: dict[str, tuple[str, ...]] = {
    "name": ("{name}", "[Name|Contact|Contact person|Attn|Attention|Owner|Full name][:|:] {name}", "{name}, {role}", "{name} | {role}"),
    "organization": ("{organization}", "[Company|Organization|Employer|Firm|Org][:|:] {organization}", "{role}, {organization}", "{role} at {organization}"),
    "email": ("{email}", "[E-mail|Email|Mail|E|e-mail|Email address][:|:| ] {email}", "<{email}>", "[Email me|Write]: {email}"),
    "phone": ("{phone}", "[Phone|Tel|Tel.|T|Mobile|Cell|P|M|Telephone|Phone number|Call][:|:| ] {phone}", "[Ph|Mob]. {phone}"),
    "address": ("{address}", "[Address|A|Office|Visit us|Mailing address|Post][:|:] {address}", "[Find us at|Located at] {address}"),
}  # fmt: skip
_EXTRA = (
    "{site}", "www.{site}", "[Fax|F]: {fax}", "https://{site}", "VAT ID {vat}", "Follow us on [Twitter|LinkedIn|Instagram]",
    "Please consider the environment before printing this e-mail.", "Sent from my iPhone", "{role}", "[Mon|Tue]-[Fri|Sat] 9-17",
)  # fmt: skip
_LEADS = (
    "[Best regards|Kind regards|Sincerely|Cheers|Best|Many thanks|Yours faithfully|Thanks],", "--", "Hi {first},\n[see you tomorrow|please find the report attached|thanks for your help|can we move the call].",
    "[Regards|Thanks]", "Contact", "Get in touch:", "My details:", "Impressum", "Our office:",
)  # fmt: skip
_TOLD = (
    "[You can reach|Please contact|Contact|Get in touch with|Write to|Ask for] {name} [at|via|under|on] {email}", "[Call|Ring|Phone] {name} [on|at|under] {phone}",
    "{name} works [for|at] {organization}", "{name} [from|of] {organization} [can be reached|is available] at {phone}[ or {email}|]",
    "[My name is|I am|This is|I'm] {name}[ from {organization}|, {role} at {organization}|]", "[Send|Ship|Mail|Deliver] [it|the parcel|the letter] to {name}, {address}",
    "{organization} [is located at|has moved to|has its office at] {address}", "[My|Our] [new |]address is {address}", "[My|The] [phone |mobile |]number is {phone}",
    "[Please reply to|Send your CV to|E-mail us at|Questions go to] {email}", "I live at {address}", "[Hi|Hello], {name} here, [please call me back on|my number is] {phone}",
    "{name} lives [at|in] {address}", "{organization}'s [hotline|phone number] is {phone}", "[Talk to|Meet] {name}, {role} at {organization}", "{name} <{email}> wrote",
    "Could you call {phone} and ask for {name}", "[I work for|We are] {organization}, {address}", "{name} ({organization}, {email}) [asked for a quote|will join the call]",
)  # fmt: skip
_PLAIN = (
    "[Thanks for|I got] your message, [I'll get back to you|talk soon].", "Can you send me the [report|figures|slides] by [Friday|noon]?", "The meeting is at {hour}.",
    "The invoice is over {vat}.", "Order {vat} has been shipped.", "Let's have lunch tomorrow.", "Which number should I call?", "I have no address yet.",
)  # fmt: skip
_KEYS = ("name", "email", "phone", "address", "organization")


def _values(world: World) -> dict[str, str]:
    company = world.company()
    name = world.person() if world.chance(0.88) else world.first_name()
    return {
        "name": name,
        "organization": company,
        "email": world.email(name, company if world.chance(0.5) else ""),
        "phone": world.phone(),
        "address": world.address(),
        "role": world.fixed(_ROLE),
        "site": world.domain(company),
        "fax": world.phone(),
        "vat": world.letters(2) + world.digits(7, 9),
        "first": "there",
        "hour": world.time(),
    }


def _block(world: World, draft: Draft) -> None:
    draft.maybe(0.3, _LEADS)
    shares = {"name": 0.88, "organization": 0.7, "email": 0.7, "phone": 0.7, "address": 0.5}
    order = ["name", "organization", "phone", "email", "address"]
    if world.chance(0.5):
        world.rng.shuffle(order)
    if world.chance(0.35):  # one style of labels for the whole block
        order = [key for key in order if world.chance(shares[key])]
        for key in order:
            draft.write(_LINES[key][1])
    else:
        for key in order:
            draft.maybe(shares[key], _LINES[key])
    for _ in range(2):
        if world.chance(0.25):
            draft.parts.insert(world.rng.randint(0, len(draft.parts)), "")
            extra = Draft(world, draft.values)
            extra.one_of(_EXTRA)
            draft.parts[draft.parts.index("")] = extra.parts[0]


def _told(world: World, draft: Draft) -> None:
    draft.maybe(0.2, _PLAIN)
    for pattern in world.rng.sample(_TOLD, world.rng.randint(1, 3)):
        chosen = world.say(pattern)
        if any("{" + key + "}" in chosen for key in draft.used & set(_KEYS)):
            continue
        draft.write(chosen)
        draft.parts[-1] += world.pick((".", ".", ".", "!", ""))
    draft.maybe(0.25, _PLAIN)


def contact(world: World) -> Sample:
    """Make one contact row."""
    draft = Draft(world, _values(world))
    told = world.chance(0.45)
    if world.chance(0.03):
        draft.one_of(_PLAIN)
    else:
        (_told if told else _block)(world, draft)
    if not draft.parts:
        draft.one_of(_TOLD)
    text = draft.text(" " if told else world.pick(("\n", "\n", "\n", "\n", " | ", ", ", " - ", " ")))
    record = {key: quote(draft.got(key)) for key in _KEYS}
    return recased(world, Sample("contact", text, record), 0.05, 0.03)
