"""Texts whose names and numbers are marked one by one: entities of the web, and personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractor.schema.nodes import JSONValue
from extractor_training.synth.draft import Draft, Quote, Sample, recased
from extractor_training.synth.schemas import PII_LISTS, PII_TYPES
from extractor_training.synth.wordings import sections
from extractor_training.synth.world import World

_ENTITIES = sections("entities")
_PERSONAL = sections("personal_data")
SENTENCES = _PERSONAL["sentences"]
_FORMS = ("Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Ms", "Mrs", "Miss", "Prof.")
KIND_OF_SLOT: Mapping[str, str] = {
    "person": "person",
    "person2": "person",
    "person3": "person",
    "first": "person",
    "first2": "person",
    "last": "person",
    "city": "location",
    "city2": "location",
    "country": "location",
    "country2": "location",
    "org": "organization",
    "org2": "organization",
    "org3": "organization",
    "address": "address",
    "address_block": "address",
    "house": "address",
    "street": "address",
    "suite": "address",
    "card": "credit_card",
    "date": "date_time",
    "title": "title",
    "form": "title",
    "phone": "phone_number",
    "phone2": "phone_number",
    "age": "age",
    "nationality": "nationality_or_religion",
    "email": "email_address",
    "zip": "zip_code",
    "domain": "domain_name",
    "iban": "iban",
    "ssn": "us_ssn",
    "ip": "ip_address",
    "license": "us_driver_license",
}
_SECRET = {"credit_card", "iban", "us_ssn", "us_driver_license"}
_IDENTIFYING = _SECRET | {"person", "address", "phone_number", "email_address", "ip_address"}


def _person(world: World) -> str:
    roll = world.rng.random()
    if roll < 0.2:
        return world.first_name()
    name = f"{world.first_name()} {world.last_name()}"
    return f"{world.first_name()} {world.letters(1)} {world.last_name()}" if roll > 0.92 else name


def _place(world: World) -> str:
    if world.chance(0.35):
        name = world.made_up() + world.pick(("", "", "ville", "dorf", " Falls", "stad", "by"))
        return name.upper() if world.chance(0.1) else name
    return world.city()


def _organization(world: World) -> str:
    roll = world.rng.random()
    if roll < 0.25:
        return world.made_up()
    if roll < 0.4:
        return world.last_name() + world.pick((" and Sons", " Group", " Inc.", " Ltd", "-" + world.last_name()))
    if roll < 0.5:
        return f"{_place(world)} {world.pick(('University', 'Museum', 'City Council', 'FC', 'Police', 'Airlines'))}"
    return world.company()


def _names(world: World) -> dict[str, str]:
    return {
        "person": _person(world),
        "person2": _person(world),
        "person3": _person(world),
        "first": world.first_name(),
        "first2": world.first_name(),
        "last": world.last_name(),
        "city": _place(world),
        "city2": _place(world),
        "country": world.word("country"),
        "country2": world.word("country"),
        "org": _organization(world),
        "org2": _organization(world),
        "org3": _organization(world),
        "form": world.pick(_FORMS),
    }


def _iban(world: World) -> str:
    code = world.pick(("GB", "DE", "FR", "ES", "IT", "NL", "CH", "AT"))
    bank = world.letters(4) if world.chance(0.4) else world.digits(4)
    plain = f"{code}{world.digits(2)}{bank}{world.digits(10, 16)}"
    return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4)) if world.chance(0.2) else plain


def _card(world: World) -> str:
    plain = world.pick(("4", "5", "37", "30", "6011")) + world.digits(11, 14)
    cut = world.pick((" ", "-"))
    return cut.join(plain[i : i + 4] for i in range(0, len(plain), 4)) if world.chance(0.2) else plain


def _suite(world: World) -> str:
    return f"{world.pick(('Suite', 'Apt.', 'Unit', 'Floor'))} {world.digits(1, 3)}"


def _block(world: World) -> str:
    """An address over several lines."""
    street = world.street() + (f" {world.digits(1, 3)}" if world.chance(0.2) else "")
    indent = world.pick(("", "", " "))
    lines = [street, _suite(world), _place(world), f"{world.word('country')} {world.digits(5)}"]
    if world.chance(0.5):
        del lines[1]
    if world.chance(0.25):
        lines[-1:] = [f", {world.letters(2)}", f"{world.word('country')} {world.digits(4, 5)}"]
    elif world.chance(0.3):
        lines[-1] = world.word("country")
    return f"\n{indent}".join(lines)


def _numbers(world: World) -> dict[str, str]:
    rng = world.rng
    year = str(rng.randint(1930, 2030))
    street = world.street()
    house, _, rest = street.partition(" ")
    address = street if world.chance(0.25) else world.address()
    return {
        "address": f"{address}, {world.word('country')}" if world.chance(0.25) else address,
        "address_block": _block(world),
        "house": house if house.isdigit() else world.digits(1, 4),
        "street": rest if house.isdigit() else street,
        "suite": _suite(world),
        "zip": world.pick((world.digits(5), world.digits(5), world.postcode())),
        "card": _card(world),
        "iban": _iban(world),
        "date": year if world.chance(0.15) else world.date(),
        "title": world.fixed("role"),
        "phone": world.phone(),
        "phone2": world.phone(),
        "age": str(rng.randint(1, 99)),
        "nationality": world.word("nationality"),
        "email": world.email(_person(world)),
        "domain": world.pick(("", "www.", "https://", "https://www.")) + world.domain() + world.pick(("", "", "/")),
        "ssn": f"{world.digits(3)}-{world.digits(2)}-{world.digits(4)}",
        "ip": ".".join(str(rng.randint(1, 254)) for _ in range(4)),
        "license": world.pick(
            (world.letters(1) + world.digits(7, 9), world.digits(8), world.letters(2) + world.digits(6))
        ),
    }


def slot_values(world: World) -> dict[str, str]:
    """Something for every slot of the wordings."""
    return _names(world) | _numbers(world)


def _write(world: World, values: Mapping[str, str], patterns: Sequence[str], most: int) -> Draft:
    draft = Draft(world, values)
    for pattern in world.rng.sample(list(patterns), world.rng.randint(1, most)):
        chosen = world.say(pattern)
        if not set(draft.slots(chosen)) & draft.used:
            draft.write(chosen)
    return draft


def entities(world: World) -> Sample:
    """Make one row of entities in a web text."""
    draft = _write(world, _names(world), _ENTITIES["sentences"], 3)
    found = [
        {"text": Quote(value), "type": KIND_OF_SLOT[slot]}
        for slot, value in draft.mentions
        if KIND_OF_SLOT[slot] in ("person", "location", "organization")
    ]
    return recased(world, Sample("entities", draft.text(" "), {"entities": found}), 0.08, 0.02)


def personal_data(world: World) -> Sample:
    """Make one row of a text with personal data, for one of three schemas."""
    values = slot_values(world)
    roll = world.rng.random()
    kind, most = ("sentences", 3) if roll < 0.7 else ("blocks", 1) if roll < 0.85 else ("forms", 1)
    draft = _write(world, values, _PERSONAL[kind], most)
    mentions = [(KIND_OF_SLOT[slot], Quote(value)) for slot, value in draft.mentions]
    text = draft.text(" ")
    choice = world.rng.random()
    if choice < 0.5:
        return recased(world, Sample("personal_data", text, listed(mentions)), 0.08, 0.02)
    if choice < 0.8:
        return recased(world, Sample("personal_data_by_type", text, by_type(mentions)), 0.08, 0.02)
    return recased(world, Sample("privacy_check", text, verdict({kind for kind, _ in mentions})), 0.08, 0.02)


def listed(mentions: Sequence[tuple[str, str]]) -> dict[str, JSONValue]:
    """Kinds and values as a list of entities, in order."""
    return {"entities": [{"text": value, "type": kind} for kind, value in mentions]}


def by_type(mentions: Sequence[tuple[str, str]]) -> dict[str, JSONValue]:
    """The values of every kind of personal data."""
    return {PII_LISTS[k]: [value for kind, value in mentions if kind == k] for k in PII_TYPES}


def verdict(kinds: set[str]) -> dict[str, JSONValue]:
    """What a privacy check says of a text with these kinds of personal data."""
    risk = "high" if kinds & _SECRET else "low" if kinds else "none"
    return {
        "contains_pii": bool(kinds & _IDENTIFYING),
        "pii_types": [kind for kind in PII_TYPES if kind in kinds],
        "risk": risk,
    }
