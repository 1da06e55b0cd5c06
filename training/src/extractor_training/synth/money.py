"""Amounts of money as they are written."""

from __future__ import annotations

from dataclasses import dataclass

from extractor_training.synth.world import World

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR")
_SIGNS = {
    "USD": ("${}", "${}", "{} USD", "USD {}", "US${}", "{} dollars"),
    "EUR": ("€{}", "{} €", "{} EUR", "EUR {}", "€ {}", "{} euros"),
    "GBP": ("£{}", "£{}", "{} GBP", "GBP {}", "£ {}", "{} pounds"),
    "CHF": ("CHF {}", "{} CHF", "Fr. {}"),
    "CAD": ("CAD {}", "C${}", "{} CAD", "CA${}"),
    "AUD": ("AUD {}", "A${}", "{} AUD", "AU${}"),
    "JPY": ("¥{}", "{} JPY", "JPY {}", "{} yen"),
    "INR": ("₹{}", "Rs. {}", "{} INR", "INR {}", "Rs {}"),
}


@dataclass(frozen=True, slots=True)
class Money:
    """One notation for all amounts of a text.

    Attributes:
        currency: Its code, or None where the text shows no currency.
        sign: A pattern with `{}` for the number.
        thousands: What stands between thousands.
        point: The decimal point; "" leaves cents out.
    """

    currency: str | None
    sign: str
    thousands: str
    point: str

    def number(self, cents: int) -> str:
        """The bare number."""
        whole = f"{cents // 100:,}".replace(",", self.thousands)
        return whole if not self.point else f"{whole}{self.point}{cents % 100:02}"

    def signed(self, number: str) -> str:
        """The number with its currency."""
        return self.sign.replace("{}", number)


def money(world: World, none: float = 0.0) -> Money:
    """Choose a notation; in a share of `none` there is no currency at all."""
    weights = (34, 22, 18, 6, 6, 5, 4, 5)
    currency = world.rng.choices(CURRENCIES, weights)[0]
    sign = world.pick(_SIGNS[currency])
    thousands, point = (",", ".")
    if currency == "EUR" and world.chance(0.45):
        thousands, point = world.pick((".", " ")), ","
    elif currency == "CHF" and world.chance(0.4):
        thousands = "'"
    elif world.chance(0.25):
        thousands = ""
    if currency == "JPY" or world.chance(0.08):
        point = ""
    if world.chance(none):
        return Money(None, "{}", thousands, point)
    return Money(currency, sign, thousands, point)
