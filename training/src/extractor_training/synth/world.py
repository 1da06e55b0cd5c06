"""A source of names, places, dates, amounts and numbers; two halves that share no name or product."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor_training.synth.wordings import words

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DESKS = ("info", "support", "office", "sales", "contact", "hello", "billing", "mail", "team")
_HELD_OUT_OF_TEN = 1


def _pool(listing: str, held_out: bool) -> tuple[str, ...]:
    chosen = [x for x in words(listing) if (zlib.crc32(x.encode()) % 10 < _HELD_OUT_OF_TEN) == held_out]
    return tuple(chosen)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    return f"{number}{'th' if 10 < number < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


@dataclass(slots=True)
class World:
    """Deterministic random values.

    Attributes:
        rng: Where all chance comes from.
        held_out: Draw from the words kept for dev rows.
    """

    rng: random.Random
    held_out: bool = False
    _pools: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def pick(self, options: Sequence[str]) -> str:
        """One of the options."""
        return options[self.rng.randrange(len(options))]

    def chance(self, share: float) -> bool:
        """True in that share of calls."""
        return self.rng.random() < share

    def word(self, name: str) -> str:
        """A word of the list `name`, of this world's half."""
        if name not in self._pools:
            self._pools[name] = _pool(name, self.held_out)
        return self.pick(self._pools[name])

    def fixed(self, name: str) -> str:
        """A word of the list `name`, which both halves share."""
        return self.pick(words(name))

    def say(self, pattern: str) -> str:
        """Replace every `[a|b|c]`, nested ones too, by one of its options."""
        while (match := _CHOICE.search(pattern)) is not None:
            pattern = pattern[: match.start()] + self.pick(match.group(1).split("|")) + pattern[match.end() :]
        return pattern

    def digits(self, fewest: int, most: int | None = None) -> str:
        """That many digits, the first not 0."""
        count = self.rng.randint(fewest, most or fewest)
        return str(self.rng.randrange(1, 10)) + "".join(str(self.rng.randrange(10)) for _ in range(count - 1))

    def letters(self, count: int) -> str:
        """Capital letters."""
        return "".join(self.pick("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(count))

    def made_up(self, capital: bool = True) -> str:
        """A word that nobody has used before."""
        made = "".join(self.pick(words("syllable")) for _ in range(self.rng.randint(2, 4)))
        made += self.pick(("", "n", "s", "r", "x", "k", "l", "th", ""))
        return made.capitalize() if capital else made

    def plain_word(self) -> str:
        """A made-up word of the letters a to z alone."""
        return "".join(c for c in self.made_up(capital=False) if "a" <= c <= "z") or "mail"

    # people and companies

    def last_name(self) -> str:
        """A family name."""
        return self.made_up() if self.chance(0.15) else self.word("last")

    def first_name(self) -> str:
        """A given name."""
        return self.word("first")

    def person(self) -> str:
        """A full name."""
        first, last = self.first_name(), self.last_name()
        if self.chance(0.08):
            first = f"{first} {self.letters(1)}."
        if self.chance(0.05):
            last = f"{last}-{self.word('last')}"
        if self.chance(0.05):
            first = self.pick(("Dr. ", "Dr ", "Prof. ", "Mr ", "Ms ", "Mrs ")) + first
        return f"{first} {last}"

    def stem(self) -> str:
        """The first word of a company, a place or an event."""
        return self.made_up() if self.chance(0.3) else self.word("stem")

    def company(self) -> str:
        """A company's name."""
        stem = self.stem()
        shape = self.rng.random()
        if shape < 0.12:
            base = f"{self.last_name()} & {self.last_name()}"
        elif shape < 0.24:
            base = f"{self.last_name()} {self.fixed('trade')}"
        elif shape < 0.32:
            base = f"{self.word('city')} {self.fixed('trade')}"
        elif shape < 0.4:
            base = stem + self.pick(("ly", "Works", "Soft", "Hub", "Tech", "Box", "Line", "io", "Net", "Point"))
        elif shape < 0.48:
            base = f"{self.first_name()}'s {self.fixed('trade')}"
        elif shape < 0.54:
            base = f"The {stem} {self.fixed('trade')}"
        else:
            base = f"{stem} {self.fixed('trade')}"
        return f"{base} {self.fixed('suffix')}" if self.chance(0.4) else base

    def domain(self, company: str = "") -> str:
        """An internet domain, made of the company's name if one is given."""
        stem = re.sub(r"[^a-z]", "", company.split(" ", maxsplit=1)[0].lower()) if company else ""
        stem = stem or self.plain_word()
        if self.chance(0.2):
            stem += "-" + self.plain_word()
        ends = (".com", ".com", ".co.uk", ".org", ".net", ".io", ".de", ".eu", ".com.au", ".ca", ".shop")
        return stem + self.pick(ends)

    def email(self, person: str = "", company: str = "") -> str:
        """An e-mail address that may follow the person's and the company's name."""
        parts = [re.sub(r"[^a-z]", "", part.lower()) for part in person.split()]
        parts = [part for part in parts if len(part) > 2]
        if len(parts) < 2 or self.chance(0.15):
            local = self.pick(_DESKS) if self.chance(0.5) else ""
            local = local or self.plain_word() + self.pick(("", self.digits(1, 3)))
        else:
            first, last = parts[0], parts[-1]
            local = self.pick((f"{first}.{last}", f"{first[0]}.{last}", f"{first}{last}", f"{first[0]}{last}", first))
            local += self.digits(1, 2) if self.chance(0.15) else ""
        private = ("gmail.com", "outlook.com", "yahoo.com", "mail.com", "icloud.com", "proton.me")
        host = self.pick(private) if not company and self.chance(0.5) else self.domain(company)
        return f"{local}@{host}"

    def phone(self) -> str:
        """A phone number in one of many notations."""
        d = self.digits
        made = (
            f"({d(3)}) {d(3)}-{d(4)}", f"{d(3)}-{d(3)}-{d(4)}", f"+1 {d(3)} {d(3)} {d(4)}", f"+1-{d(3)}-{d(3)}-{d(4)}",
            f"+44 20 {d(4)} {d(4)}", f"0{d(3)} {d(3)} {d(4)}", f"+49 {d(2, 4)} {d(5, 8)}", f"0{d(4)} {d(6)}",
            f"+33 {d(1)} {d(2)} {d(2)} {d(2)} {d(2)}", f"+{d(2)} {d(2)} {d(3)} {d(2)} {d(2)}", f"{d(3)}.{d(3)}.{d(4)}",
            f"+61 {d(1)} {d(4)} {d(4)}", f"07{d(3)} {d(6)}", f"{d(10)}", f"0{d(2)}/{d(7)}", f"1-800-{d(3)}-{d(4)}",
            f"+44 (0){d(3)} {d(3)} {d(4)}", f"+91 {d(5)} {d(5)}",
        )  # fmt: skip
        return self.pick(made)

    # places

    def city(self) -> str:
        """A city."""
        return self.word("city")

    def street(self) -> str:
        """A street and a house number."""
        name = self.word("street") if self.chance(0.8) else self.last_name()
        house = self.digits(1, 4) + (self.pick("abABC") if self.chance(0.08) else "")
        if self.chance(0.12):
            foreign = self.pick((f"{self.made_up()}straße", f"{self.made_up()}weg", f"Rue {self.made_up()}"))
            foreign = self.pick((foreign, f"Via {self.made_up()}", f"Calle {self.made_up()}", f"{self.made_up()}gatan"))
            return f"{foreign} {house}"
        return f"{house} {name} {self.fixed('street_kind')}"

    def postcode(self) -> str:
        """A postal code."""
        uk = f"{self.letters(self.rng.randint(1, 2))}{self.digits(1, 2)} {self.digits(1)}{self.letters(2)}"
        return self.pick((self.digits(5), self.digits(5), self.digits(4), uk, uk))

    def address(self) -> str:
        """A postal address on one line."""
        street, city, code = self.street(), self.city(), self.postcode()
        if self.chance(0.15):
            street += self.pick((", ", " ")) + self.pick(("Suite", "Apt.", "Unit", "Floor")) + " " + self.digits(1, 3)
        state = self.pick(("NY", "CA", "TX", "IL", "WA", "MA", "OH", "FL", "GA", "CO"))
        shapes = (f"{street}, {city}", f"{street}, {code} {city}", f"{street}, {city} {code}")
        return self.pick((*shapes, f"{street}, {city}, {state} {self.digits(5)}", f"{street}, {city}, {code}"))

    # time and money

    def date(self, year: bool = True) -> str:
        """A date in one of many notations."""
        day, month, y = self.rng.randint(1, 28), self.rng.randint(1, 12), self.rng.randint(2015, 2031)
        name = _MONTHS[month - 1]
        nth = ordinal(day)
        if not year:
            shapes = (
                f"{name} {day}",
                f"{day} {name}",
                f"{name} {nth}",
                f"the {nth} of {name}",
                f"{day} {name[:3]}",
            )
            return self.pick((*shapes, f"{day}.{month}.", f"{month}/{day}") if self.chance(0.2) else shapes)
        dated = (
            f"{y}-{month:02}-{day:02}", f"{day:02}/{month:02}/{y}", f"{month:02}/{day:02}/{y}",
            f"{day:02}.{month:02}.{y}", f"{day} {name} {y}", f"{name} {day}, {y}", f"{day} {name[:3]} {y}",
            f"{name[:3]} {day}, {y}", f"{day}-{name[:3]}-{y}", f"{month}/{day}/{y % 100:02}",
            f"{day}.{month}.{y}", f"{nth} {name} {y}",
        )  # fmt: skip
        return self.pick(dated)

    def event_date(self) -> str:
        """A date as announcements write it, with a weekday at times."""
        if self.chance(0.12):
            return self.pick(("next ", "this ", "")) + self.pick(_DAYS)
        if self.chance(0.05):
            return self.pick(("tomorrow", "tonight", "next weekend"))
        date = self.date(self.chance(0.5))
        if self.chance(0.35) and date[0] != "t":
            day = self.pick(_DAYS)
            return f"{self.pick((day, day[:3]))}{self.pick((', ', ' '))}{date}"
        return date

    def time(self) -> str:
        """A time of day."""
        h, m = self.rng.randint(1, 12), self.pick(("00", "15", "30", "45"))
        half = self.pick(("am", "pm"))
        made = (
            f"{h}:{m} {half}", f"{h}:{m}{half}", f"{h} {half}", f"{h}{half}", f"{h + 8}:{m}", f"{h + 8}:{m}",
            f"{h + 8}.{m}", f"{h}:{m} {half.upper()}", f"{h} {half.upper()}", f"{h + 8}h{m}",
        )  # fmt: skip
        return "noon" if self.chance(0.02) else self.pick(made)

    def cents(self, low: int, high: int) -> int:
        """An amount in cents, small ones more often."""
        value = int(low * (high / low) ** self.rng.random())
        return value if self.chance(0.6) else max(low, round(value, -2))
