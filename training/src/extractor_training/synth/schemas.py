"""The schemas of the synthetic tasks, as JSON Schema in the shape that Pydantic writes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
QUOTE: Json = {"type": "string", "x-verbatim": True}


def maybe(kind: Json) -> Json:
    """That, or null."""
    return {"anyOf": [kind, {"type": "null"}]}


def labels(*values: str) -> Json:
    """One of these."""
    return {"type": "string", "enum": list(values)}


def listing(items: Json) -> Json:
    """A list of these."""
    return {"type": "array", "items": items}


def record(title: str, description: str, /, **fields: tuple[Json, str]) -> Json:
    """An object; every field with its description, all required, nothing else."""
    properties = {
        name: {**kind, "description": words, "title": name.replace("_", " ").capitalize()}
        for name, (kind, words) in fields.items()
    }
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(fields),
        "additionalProperties": False,
    }


CURRENCY = labels("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR")

INVOICE = record(
    "Invoice",
    "An invoice, bill or receipt.",
    vendor=(maybe(QUOTE), "Company or person who is paid"),
    customer=(maybe(QUOTE), "Company or person who pays"),
    number=(maybe(QUOTE), "Invoice or receipt number"),
    date=(maybe(QUOTE), "Date of issue"),
    due_date=(maybe(QUOTE), "Date by which to pay"),
    currency=(maybe(CURRENCY), "Currency of the amounts"),
    total=(maybe(QUOTE), "Amount to pay in all, tax included, without the currency"),
    items=(
        listing(
            record(
                "LineItem",
                "One thing that is charged.",
                description=(QUOTE, "What it is"),
                quantity=(maybe(QUOTE), "How many"),
                price=(maybe(QUOTE), "Price as written on the line, without the currency"),
            )
        ),
        "Things charged, in order; empty if none are listed",
    ),
)

EVENT = record(
    "Event",
    "An event that a text announces.",
    name=(maybe(QUOTE), "Name of the event"),
    kind=(
        labels("concert", "conference", "workshop", "meeting", "sports", "exhibition", "festival", "party", "other"),
        "Sort of event",
    ),
    date=(maybe(QUOTE), "Day it takes place or begins"),
    start_time=(maybe(QUOTE), "Time it begins"),
    end_time=(maybe(QUOTE), "Time it ends"),
    venue=(maybe(QUOTE), "Building, room or place"),
    city=(maybe(QUOTE), "Town or city"),
    organizer=(maybe(QUOTE), "Person or organisation that runs it"),
    price=(maybe(QUOTE), "Entry fee without the currency"),
)

SUPPORT_TICKET = record(
    "SupportTicket",
    "A customer's message to a help desk.",
    category=(
        labels("billing", "delivery", "account", "technical", "return", "cancellation", "question", "praise"),
        "What it is about",
    ),
    priority=(
        labels("low", "normal", "urgent"),
        "urgent: work stands still, money or data at risk, or a deadline today; low: can wait",
    ),
    product=(maybe(QUOTE), "Product or service it is about"),
    order_number=(maybe(QUOTE), "Order, invoice or ticket number"),
    error=(maybe(QUOTE), "Error code or message that is shown"),
    customer=(maybe(QUOTE), "Name of the customer"),
    email=(maybe(QUOTE), "E-mail address of the customer"),
)

CONTACT = record(
    "ContactDetails",
    "Contact details given in a text.",
    name=(maybe(QUOTE), "Name of the first person mentioned"),
    email=(maybe(QUOTE), "E-mail address"),
    phone=(maybe(QUOTE), "Phone number"),
    address=(maybe(QUOTE), "Postal address"),
    organization=(maybe(QUOTE), "Organisation"),
)

SENTIMENT = record(
    "CommentSentiment",
    "Sentiment of an online comment.",
    sentiment=(
        labels("positive", "negative", "ambiguous", "neutral"),
        "Overall tone; ambiguous covers surprise, curiosity, confusion and realisation",
    ),
)

PRODUCT_REVIEW = record(
    "ProductReview",
    "A customer's review of something bought or visited.",
    product=(maybe(QUOTE), "Product, shop or place that is reviewed"),
    sentiment=(labels("positive", "negative", "mixed", "neutral"), "Overall judgement"),
    liked=(listing(QUOTE), "What the customer likes, in order"),
    disliked=(listing(QUOTE), "What the customer dislikes, in order"),
)

_PII: dict[str, tuple[str, str]] = {  # kind -> its list's name, what it means
    "person": ("persons", "name of a person"),
    "address": ("addresses", "street or postal address"),
    "location": ("locations", "city, state or country"),
    "organization": ("organizations", "company or organisation"),
    "credit_card": ("credit_cards", "payment card number"),
    "date_time": ("date_times", "date or time"),
    "title": ("titles", "form of address"),
    "phone_number": ("phone_numbers", "phone number"),
    "age": ("ages", "age of a person"),
    "nationality_or_religion": ("nationality_or_religions", "nationality, religion or political group"),
    "email_address": ("email_addresses", "e-mail address"),
    "zip_code": ("zip_codes", "postal code"),
    "domain_name": ("domain_names", "internet domain"),
    "iban": ("ibans", "bank account number (IBAN)"),
    "us_ssn": ("us_ssns", "US social security number"),
    "ip_address": ("ip_addresses", "IP address"),
    "us_driver_license": ("us_driver_licenses", "US driving licence number"),
}
PII_TYPES = tuple(_PII)
PII_LISTS = {kind: name for kind, (name, _) in _PII.items()}
_IDENTIFYING = "person, address, credit_card, phone_number, email_address, iban, us_ssn, ip_address, us_driver_license"


def _mentions(title: str, what: str, kinds: dict[str, str]) -> Json:
    """A schema that lists mentions with their kinds."""
    meaning = "; ".join(f"{kind}: {words}" for kind, words in kinds.items())
    mention = record(
        "Entity",
        "One entity mention.",
        text=(QUOTE, "The mention exactly as it is written in the text."),
        type=(labels(*kinds), meaning),
    )
    words = "All entity mentions in order of appearance; empty if there are none."
    description = f"Named entities mentioned in a {what}, in order of appearance."
    return record(title, description, entities=(listing(mention), words))


ENTITIES = _mentions(
    "WebTextEntities",
    "web text (answers, e-mail, blog, review, newsgroup)",
    {
        "person": "name of a person",
        "location": "place, city, country or region",
        "organization": "company, institution or group",
    },
)
_PERSONAL_TEXT = "message, form or document with personal data"
PERSONAL_DATA = _mentions("PersonalDataEntities", _PERSONAL_TEXT, {kind: words for kind, (_, words) in _PII.items()})
PERSONAL_DATA_BY_TYPE = record(
    "PersonalDataByType",
    f"Names found in a {_PERSONAL_TEXT}, grouped by kind.",
    **{
        name: (listing(QUOTE), f"Mentions of kind {kind.replace('_', ' ')}: {words}, in order of appearance.")
        for kind, (name, words) in _PII.items()
    },
)
PRIVACY_CHECK = record(
    "PiiCheck",
    "Result of a privacy check on a text.",
    contains_pii=({"type": "boolean"}, f"True if the text identifies a person or an account: {_IDENTIFYING}"),
    pii_types=(listing(labels(*PII_TYPES)), "Kinds of personal data present, in the order of the list of kinds"),
    risk=(
        labels("none", "low", "high"),
        "high: a payment card, IBAN, social security or driving licence number is present; "
        "low: any other listed kind; none: nothing found",
    ),
)

TASKS: dict[str, dict[str, Json]] = {
    "invoice": {"invoice": INVOICE},
    "event": {"event": EVENT},
    "support_ticket": {"support_ticket": SUPPORT_TICKET},
    "contact": {"contact": CONTACT},
    "reviews": {"sentiment": SENTIMENT, "product_review": PRODUCT_REVIEW},
    "entities": {"entities": ENTITIES},
    "personal_data": {
        "personal_data": PERSONAL_DATA,
        "personal_data_by_type": PERSONAL_DATA_BY_TYPE,
        "privacy_check": PRIVACY_CHECK,
    },
}
