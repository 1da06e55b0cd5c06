"""Messages to a help desk."""

from __future__ import annotations

from extractor_training.synth import words as w
from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.money import money
from extractor_training.synth.world import World

_NEEDS: dict[str, tuple[str, ...]] = {
    "billing": (
        "I was charged [twice|two times|the wrong amount] for {product}", "my [invoice|bill] for {product} is wrong, it says {amount}",
        "why [was I charged|did you take] {amount} [this month|for order {order}|]", "there is a charge of {amount} on my card that I don't recognise",
        "the discount was not applied to [order {order}|{product}|my bill]", "[invoice|bill] {order} shows the wrong amount",
        "I need a [copy of invoice|receipt for] {order}", "payment for order {order} was declined but the money is gone",
        "my card was billed {amount} after the trial of {product}", "the tax on invoice {order} looks wrong",
    ),
    "delivery": (
        "my [order|parcel|package] {order} [has not arrived|is late|still isn't here|is stuck in transit]", "where is my {product}",
        "the {product} [was due|should have come] [last week|on {date}] [and nothing has come|but it never came]",
        "tracking for {order} hasn't moved since {date}", "the courier left my {product} at the wrong address",
        "can you change the delivery address for order {order} to {address}", "when will order {order} be delivered",
        "half of my order {order} is missing, I only got the {product}", "I am still waiting for the {product} I ordered on {date}",
    ),
    "account": (
        "I can't [log in|sign in|get into my account]", "I forgot my password [and the reset mail never comes|for {product}|]",
        "my account [is locked|was blocked|has been suspended]", "please change the e-mail address of my account",
        "I want to [update|change] my [address|phone number|name] in my profile", "how do I delete my account",
        "two-factor codes for {product} do not reach my phone", "someone [hacked|got into] my account", "please merge my two accounts",
    ),
    "technical": (
        "{product} [shows|gives me|throws|fails with|stops with|displays] [error |the message |]{error}", "I get {error} [when I open|when starting|using] {product}",
        "the {product} [won't turn on|keeps crashing|freezes|doesn't work any more|stopped working|makes a strange noise]",
        "since the update {product} [crashes|is slow|won't start|loses the connection]", "{product} says \"{error}\" [and stops|every time|]",
        "I can't connect my {product} to [wifi|bluetooth|my laptop]", "{product} won't install[, it says {error}|]",
        "the screen of the {product} [stays black|flickers]", "the export in {product} [hangs|fails with {error}|is broken]",
    ),
    "return": (
        "I would like to return the {product}[ from order {order}|]", "the {product} [arrived broken|is damaged|is the wrong colour|doesn't fit|is faulty], [I want my money back|please exchange it|I'd like a refund]",
        "how do I send back order {order}", "I want a refund for {product}", "please exchange the {product} for a [bigger|smaller|new] one",
        "I sent back the {product} on {date} and have no refund yet", "you sent me the wrong item, I ordered {product}",
        "the {product} is broken, can I [return it|get a replacement]", "I'd like my {amount} back for order {order}",
    ),
    "cancellation": (
        "please cancel [my subscription|order {order}|my order {order}|my plan|{product}]", "I want to [cancel|end|stop] my [subscription|contract|membership][ to {product}|]",
        "I no longer need the {product}, please cancel order {order}", "how can I [cancel|terminate] {product}",
        "do not renew my [contract|subscription|{product} plan]", "cancel {product} before {date}", "I ordered {product} by mistake, please stop it",
    ),
    "question": (
        "does the {product} [come with a warranty|work with a mac|fit a small room|have a manual in English|support bluetooth]",
        "what is the difference between {product} and {other}", "do you ship the {product} to {city}", "is the {product} [in stock|still available|waterproof]",
        "how [do I clean|do I set up|long does the battery last on|much does] the {product}[ cost|]", "which {product} do you recommend",
        "what are your opening hours [in {city}|on Sundays|]", "can I [pay by invoice|upgrade {product}|use {product} offline]", "do you offer a student discount on {product}",
    ),
    "praise": (
        "I just want to say that the {product} is [great|fantastic|wonderful]", "thank you for the quick help with [order {order}|my {product}]",
        "your colleague {agent} was very helpful[, thank you|]", "I love my new {product}", "great service, order {order} came in two days",
        "the {product} works perfectly, thanks", "best support ever, {agent} solved my problem in minutes", "compliments to the team behind {product}",
    ),
}  # fmt: skip
_URGENT = (
    "[This is urgent|It's urgent|URGENT|Urgent]", "[We can't work|Our whole office is down|Production has stopped|Nobody here can work]",
    "I need this [today|by tonight|within the hour|solved today]", "Please help [asap|ASAP|immediately|right away]",
    "We are losing [money|customers|data] every hour", "My presentation is in one hour", "Please call me back at once",
    "This is an emergency", "If this isn't solved today I will call my lawyer",
)  # fmt: skip
_LOW = (
    "[No rush|No hurry|It's not urgent|There is no hurry]", "Whenever you have [time|a minute]", "Just [curious|wondering]", "It can wait",
    "Answer when you can", "Not a big problem", "This is only a small thing", "Take your time",
)  # fmt: skip
_GREET = (
    "Hi",
    "Hello",
    "Hi there",
    "Dear support team",
    "Good morning",
    "Hello team",
    "Dear Sir or Madam",
    "Hey",
    "Hi support",
    "Good afternoon",
)
_ORDER = (
    "[My order number is|Order|Order no.|Order number:|Ref:|Reference|The order is|Ticket|Ticket #] {order}",
    "(order {order})",
)
_SIGN = (
    "[Regards|Best regards|Thanks|Thank you|Cheers|Kind regards|Best|Many thanks|Sincerely][,|,|] {customer}", "{customer}",
    "My name is {customer}", "- {customer}", "[Regards|Thanks], {customer} ({email})", "{customer}, {email}",
)  # fmt: skip
_MAIL = (
    "[My e-mail is|You can reach me at|Write to me at|Reply to|Please answer to|My account is|Email:] {email}", "{email}",
)  # fmt: skip
_NOISE = (
    "I have tried [restarting|everything|turning it off and on], nothing helps", "I have been a customer for years", "I bought it on {date}",
    "Please let me know", "I already [called|wrote] twice", "Can you help", "I paid {amount}", "My phone number is {phone}", "I live in {city}",
    "I spoke to {agent} [yesterday|last week]", "Thanks in advance", "Looking forward to your reply", "What can I do",
)  # fmt: skip


def _error(world: World) -> str:
    code, number = world.letters(world.rng.randint(1, 3)), world.digits(2, 4)
    return world.pick((
        f"{code}-{number}", f"{code}{number}", f"0x{world.digits(4)}{world.letters(2)}", number, f"ERR_{world.made_up().upper()}",
        world.say("[connection|session|license|request|disk|sync|update|payment] [timed out|failed|refused|expired|full|not found]"),
        world.say("[access denied|invalid token|out of memory|file not found|unknown device|network unreachable|service unavailable]"),
        world.say("[Cannot|Could not|Unable to] [connect to server|read file|load profile|save document|find printer]"),
    ))  # fmt: skip


def _product(world: World) -> str:
    if world.chance(0.5):
        return (world.fixed(w.ADJECTIVE).lower() + " " if world.chance(0.3) else "") + world.word("GOODS")
    stem = world.made_up() if world.chance(0.5) else world.word("STEM")
    kind = world.pick(
        (
            "Cloud",
            "Desk",
            "App",
            "Pro",
            "Mail",
            "Sync",
            "Office",
            "Suite",
            "Plus",
            "Player",
            "Drive",
            "Router",
            "One",
            "TV",
        )
    )
    number = f" {world.digits(1, 3)}" if world.chance(0.3) else ""
    return f"{stem} {kind}{number}" if world.chance(0.7) else f"{stem}{number or kind}"


def _values(world: World) -> dict[str, str]:
    customer = world.person() if world.chance(0.65) else world.first_name()
    notation = money(world)
    return {
        "product": _product(world),
        "other": _product(world),
        "order": world.pick(("", "", "#", "A", "ORD-", "SO-", "W", "T-")).lstrip("#") + world.digits(4, 9),
        "error": _error(world),
        "customer": customer,
        "email": world.email(customer),
        "amount": notation.signed(notation.number(world.cents(300, 90000))),
        "date": world.date(world.chance(0.3)),
        "address": world.address(),
        "city": world.city(),
        "agent": world.first_name(),
        "phone": world.phone(),
    }


def _sentence(world: World, text: str) -> str:
    text = text if world.chance(0.15) else text[0].upper() + text[1:]
    asks = text.lower().startswith(("why", "where", "when", "how", "does", "do ", "what", "is ", "which", "can "))
    return text if text[-1] in ".!?" else text + ("?" if asks else world.pick((".", ".", ".", "!")))


def _body(world: World, draft: Draft, priority: str, category: str) -> None:
    start = len(draft.parts)
    first = world.chance(0.12)
    hurry = {"urgent": _URGENT, "low": _LOW}.get(priority)
    if hurry and first:
        draft.one_of(hurry)
    draft.one_of(_NEEDS[category])
    if "order" not in draft.used and category not in ("question", "praise"):
        draft.maybe(0.35, _ORDER)
    for _ in range(2):
        draft.maybe(0.3, _NOISE)
    if hurry and not first:
        draft.one_of(hurry)
    draft.parts[start:] = [_sentence(world, part) for part in draft.parts[start:]]


def support_ticket(world: World) -> Sample:
    """Make one help desk row."""
    category = world.pick(tuple(_NEEDS))
    priority = world.rng.choices(("low", "normal", "urgent"), (20, 55, 25))[0]
    priority = "low" if category == "praise" else priority
    draft = Draft(world, _values(world))
    if world.chance(0.25):
        draft.write(
            world.say("[Subject: |]") + world.say("[help|question|my order|problem|request|{product}|order {order}]")
        )
    if world.chance(0.6):
        draft.parts.append(world.pick(_GREET) + world.pick((",", ",", "!", "")))
    _body(world, draft, priority if category != "praise" else "normal", category)
    draft.maybe(0.25, _MAIL)
    if "email" in draft.used:
        draft.maybe(0.5, _SIGN[:4])
    else:
        draft.maybe(0.5, _SIGN)
    record = {
        "category": category,
        "priority": priority,
        **{slot: quote(draft.got(slot)) for slot in ("product", "order", "error", "customer", "email")},
    }
    record["order_number"] = record.pop("order")
    ordered = {n: record[n] for n in ("category", "priority", "product", "order_number", "error", "customer", "email")}
    text = draft.text(world.pick((" ", " ", "\n")))
    return recased(world, Sample("support_ticket", text, ordered), 0.12, 0.02)
