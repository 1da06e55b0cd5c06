"""Announcements, invitations, posters and calendar mails."""

from __future__ import annotations

from extractor_training.synth.draft import Draft, Sample, quote, recased
from extractor_training.synth.money import money
from extractor_training.synth.world import World

_TOPIC = """
Architecture|Artificial Intelligence|Astronomy|Biology|Blockchain|Board Games|Books|Botany|Cancer Research|Ceramics|Chess
|Climate|Cloud Computing|Coding|Comics|Craft Beer|Cybersecurity|Cycling|Dance|Data Science|Design|Digital Health|Drawing
|Education|Energy|Fashion|Film|Finance|Fitness|Folk Music|Food|Gardening|History|Housing|Jazz|Knitting|Leadership|Literature
|Logistics|Marketing|Mathematics|Medicine|Mobility|Nutrition|Open Data|Opera|Painting|Photography|Physics|Poetry|Pottery
|Product Management|Public Speaking|Quantum Computing|Robotics|Running|Rust|Python|Sailing|Salsa|Sculpture|Singing
|Software Testing|Start-ups|Sustainability|Tax Law|Theatre|Travel|Typography|Urban Planning|Water|Wine|Writing|Yoga
"""
_KINDS: dict[str, tuple[str, ...]] = {
    "concert": (
        "{p} [live|in concert|unplugged]", "[An Evening with|The] {p}[ Quartet| Trio| Band| Orchestra|]", "{t} Night with {p}",
        "[Spring|Summer|Winter|Christmas|Chamber|Charity|Candlelight] Concert", "{s} Symphony Orchestra", "{s} Choir: Requiem",
        "The {s} [Boys|Sisters|Brothers|Five] Live", "{t} Concert",
    ),
    "conference": (
        "{t} [Conference|Summit|Congress|Symposium|Forum|Days|World] {y}", "{s}Con {y}", "[International|European|Annual] {t} Conference",
        "{n} [Conference|Congress] on {t}", "[Future of|Global] {t} Summit", "{t}Conf", "{c} {t} Forum",
    ),
    "workshop": (
        "[Introduction to|Hands-on|Practical|Advanced] {t}[ Workshop|]", "{t} Workshop", "{t} for [Beginners|Everyone|Teachers|Kids]",
        "{t} [Masterclass|Bootcamp|Course|Class|Crash Course]", "Learn {t} in a Day", "[Weekend|Evening] {t} Class",
    ),
    "meeting": (
        "[Weekly|Monthly|Quarterly] [team|project|sales|planning|budget] [meeting|review|sync|call]", "[Board|Council|Staff|Town Hall] Meeting",
        "{s} [project|kick-off|kickoff|status] [meeting|call]", "Annual General Meeting", "[Budget|Roadmap|Design|Sprint] Review",
        "{t} [Meetup|User Group]", "Parents' Evening", "Residents' meeting",
    ),
    "sports": (
        "{c} [Marathon|Half Marathon|10K|Triathlon|Open|Grand Prix|Regatta]", "{s} [vs|vs.|v] {s2}", "{c} United vs {s} FC",
        "[Charity|City|Fun|Night|Park] Run[ {y}|]", "{t} [Cup|Championship|Tournament]", "{s} Cup Final", "{s} Trail Race",
    ),
    "exhibition": (
        "{p}: [Paintings|Photographs|Works on Paper|Early Works|A Retrospective|Drawings]", "[Faces|Voices|Treasures|Colours|Shadows] of {c}",
        "{t} [Exhibition|Expo|Fair]", "[The Art of|A Century of|Rethinking] {t}", "{s}: [New Work|Sculptures|Ceramics]",
    ),
    "festival": (
        "{c} {t} Festival", "{s} Festival[ {y}|]", "{t} Fest", "[Summer|Spring|Harvest|Winter|Lantern|Street Food] Festival",
        "{n} {c} [Film|Book|Music] Festival", "{s}fest",
    ),
    "party": (
        "{f}'s [birthday|birthday party|farewell party|housewarming|30th birthday|leaving do|surprise party]",
        "[Summer|Christmas|New Year's Eve|Halloween|Office|Rooftop|Garden|Pool|Launch] Party", "{s} [launch|release] party",
        "{f} and {f2}'s wedding",
    ),
    "other": (
        "{t} [lecture|talk|reading|quiz|open day|fair|market|tour]", "[Flea Market|Blood Drive|Open House|Job Fair|Bake Sale|Book Sale]",
        "{c} [Job Fair|Flea Market|Walking Tour|Christmas Market]", "Talk by {p} on {t}", "Book reading: {p}",
    ),
}  # fmt: skip
_VENUE = (
    "{s} [Hall|Theatre|Arena|Hotel|Centre|Center|Gallery|Stadium|Auditorium|Club|Church|Park|Museum|Library|Bar|Brewery]",
    "[Town|City|Concert|Community|Village] [Hall|Library|Park|Centre|Theatre]", "[Room|Hall|Studio|Building|Lab] {r}",
    "the {s} [Room|Pavilion|Lounge|Ballroom|Building]", "{st}", "{c} [Convention Center|Opera House|Town Hall|University|Museum]",
    "[Main Stage|Conference Room {r}|Zoom|Lecture Hall {r}|Pier {r}|Old Mill|Central Station]", "{f}'s place", "Café {s}",
)  # fmt: skip
_NAMES = (
    "{name}", "[Event|Save the date|Announcing|Coming up|Upcoming|New|Title|Subject][:|:| -] {name}", "*** {name} ***", "{name}!",
    "\"{name}\"", "[Join us for|You are invited to|Don't miss|Come to|Welcome to] {name}[.|!|]", "{organizer} presents: {name}",
    "{organizer} [invites you to|presents|is hosting|announces] {name}[.|!|]",
)  # fmt: skip
_DATES = (
    "[Date|When|Day|DATE][:|] {date}", "{date}", "{date}, {start}", "{date} at {start}", "[When|Time|Date]: {date}, {start}[ - |-| to | – ]{end}",
    "{date} | {start} - {end}", "On {date}[.| from {start} to {end}.| at {start}.]", "[When|Date & time]: {date} {start}",
)  # fmt: skip
_TIMES = (
    "[Time|Start|Starts|Begins|Starts at|Kick-off|Start time][:|] {start}", "{start}[ - |-| to |–| until ]{end}", "From {start}[ to | till | until ]{end}",
    "Doors [open at|:] {doors}, start[s at|:] {start}", "Starts {start}, ends {end}", "[Time|Hours]: {start}[ - |-| to ]{end}",
)  # fmt: skip
_VENUES = (
    "[Venue|Where|Location|Place|At][:|] {venue}", "{venue}, {city}", "[Venue|Where|Location|Place]: {venue}, {city}", "@ {venue}",
    "{venue}", "[It takes place|We meet|See you] at {venue}[.|, {city}.]", "[City|Town]: {city}", "in {city}", "Where? {venue} in {city}",
    "{venue}, {street}, {city}",
)  # fmt: skip
_ORGANIZERS = (
    "[Organizer|Organiser|Host|Hosted by|Organized by|Organised by|Presented by|Run by|Brought to you by][:|] {organizer}",
    "[Organised|Hosted|Presented] by {organizer}[.|]", "{organizer} is [hosting|organising] it[.|]", "Your host: {organizer}",
)  # fmt: skip
_PRICES = (
    "[Tickets|Admission|Entry|Fee|Price|Cost|Ticket][:| from|:] {s_price}", "[Tickets cost|Entry is|Admission is] {s_price}[.|]",
    "{s_price} [per person|at the door|p.p.|entry]",
)  # fmt: skip
_FREE = ("Free entry", "Admission free.", "Free admission", "No tickets needed.")
_NOISE = (
    "[RSVP|Register|Reply] by {other}[.|]", "Register at {site}[.|]", "Seats are limited.", "All welcome!", "Info: {phone}",
    "Bring your own lunch.", "Please [RSVP|reply] to {email}.", "More: {site}", "Drinks and snacks will be served.", "Parking available.",
    "Speaker: {guest}", "Please arrive early.", "Registration closes on {other}.", "With {guest} and others.", "See you there!",
)  # fmt: skip
_STORIES = (
    "{name} [takes place|will be held|happens] on {date} [at|in] {venue}[ in {city}|]",
    "[Join us|Meet us] on {date} at {start} for {name} at {venue}", "{organizer} [is hosting|will hold|invites everyone to] {name} on {date}",
    "On {date}, {organizer} [holds|organises|puts on] {name} in {city}", "{name} [starts at|kicks off at|begins at] {start} on {date}",
    "Hi [all|everyone|team], {name} is [on|moved to|scheduled for] {date} at {start}[ in {venue}|]",
    "[Can you|Could you|Will you] come to {name} on {date}? [It starts at {start}|We start at {start} and finish by {end}]",
    "Reminder: {name}, {date}, {start}[-| to ]{end}, {venue}", "{name} [returns|comes|is back] to {city} on {date}",
    "Tickets for {name} at {venue} on {date} are [on sale now|available]", "{name} will be at {venue}, {city}, [from {start} to {end}|at {start}] on {date}",
    "This year's {name} [opens|starts] [on |]{date}[ in {city}| at {venue}|]", "[I am|We are] going to {name} in {city} on {date}",
)  # fmt: skip


def _values(world: World, kind: str) -> dict[str, str]:
    fills = {
        "p": world.person(), "t": world.fixed(_TOPIC), "s": world.word("STEM") if world.chance(0.7) else world.made_up(),
        "s2": world.word("STEM"), "c": world.city(), "f": world.first_name(), "f2": world.first_name(),
        "y": str(world.rng.randint(2018, 2031)), "n": f"{world.rng.randint(4, 19)}th", "r": world.pick("ABC") + world.digits(1, 2),
        "st": world.street(),
    }  # fmt: skip
    name = world.say(world.pick(_KINDS[kind])).format(**fills)
    fills["s"] = world.word("STEM") if world.chance(0.7) else world.made_up()
    notation = money(world)
    amount = world.cents(300, 40000)
    price = notation.number(amount if world.chance(0.4) else round(amount, -2) or 300)
    price = price.split(notation.point)[0] if notation.point and world.chance(0.6) else price
    organizer = world.rng.choice((world.company, world.company, world.person))()
    return {
        "name": name,
        "date": world.event_date(),
        "start": world.time(),
        "end": world.time(),
        "doors": world.time(),
        "venue": world.say(world.pick(_VENUE)).format(**fills),
        "city": world.city(),
        "organizer": organizer,
        "price": price,
        "s_price": notation.signed(price),
        "street": world.street(),
        "other": world.date(world.chance(0.4)),
        "site": "www." + world.domain(),
        "phone": world.phone(),
        "email": world.email(),
        "guest": world.person(),
    }


def _poster(world: World, draft: Draft) -> None:
    draft.one_of(_NAMES)
    late = world.chance(0.1)
    steps = [(0.95, _DATES), (0.75, _VENUES)]
    if world.chance(0.2):
        world.rng.shuffle(steps)
    for share, patterns in steps:
        draft.maybe(share, patterns)
    if "start" not in draft.used:
        draft.maybe(0.7, _TIMES)
    if "city" not in draft.used and "venue" not in draft.used:
        draft.maybe(0.5, ("[City|Town|Where]: {city}", "{city}"))
    tail = [(0.25 if not late else 0.6, _PRICES), (0.35, _NOISE), (0.2, _NOISE)]
    if "organizer" not in draft.used:
        tail.append((0.35, _ORGANIZERS))
    world.rng.shuffle(tail)
    for share, patterns in tail:
        draft.maybe(share, patterns)
    if "price" not in draft.used and "s_price" not in draft.used:
        draft.maybe(0.12, _FREE)


def _told(world: World, draft: Draft) -> None:
    draft.one_of(_STORIES)
    draft.parts[-1] += "." if draft.parts[-1][-1] not in "?!." else ""
    more = [
        (0.3, ("Tickets [are|cost] {s_price}.", "Entry is {s_price}.", "The fee is {s_price} per person.")),
        (0.35, tuple(x for x in _NOISE if "[.|]" in x or x.endswith((".", "!")))),
        (0.3, ("It is organised by {organizer}.", "The host is {organizer}.", "{organizer} is the organiser.")),
    ]
    if "organizer" in draft.used:
        more.pop()
    if "start" not in draft.used:
        more.append((0.4, ("[It starts|Doors open] at {start}.", "We start at {start} and end at {end}.")))
    for share, patterns in more:
        draft.maybe(share, patterns)


def event(world: World) -> Sample:
    """Make one event row."""
    kind = world.pick(tuple(_KINDS))
    draft = Draft(world, _values(world, kind))
    told = world.chance(0.45)
    (_told if told else _poster)(world, draft)
    text = draft.text(" " if told else world.pick(("\n", "\n", "\n", " ", ". ", " | ", ", ", "\n\n")))
    price = draft.values["price"] if "s_price" in draft.used else None
    record = {
        "name": quote(draft.got("name")),
        "kind": kind,
        "date": quote(draft.got("date")),
        "start_time": quote(draft.got("start")),
        "end_time": quote(draft.got("end")),
        "venue": quote(draft.got("venue")),
        "city": quote(draft.got("city")),
        "organizer": quote(draft.got("organizer")),
        "price": quote(price),
    }
    return recased(world, Sample("event", text, record), 0.06, 0.03)
