"""Personal data in a text, for compliance checks and redaction."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["PersonalDataEntities"]


class Entity(BaseModel):
    """One entity mention."""

    text: Annotated[str, Verbatim()] = Field(description="The mention exactly as it is written in the text.")
    type: Literal[
        "person",
        "address",
        "location",
        "organization",
        "credit_card",
        "date_time",
        "title",
        "phone_number",
        "age",
        "nationality_or_religion",
        "email_address",
        "zip_code",
        "domain_name",
        "iban",
        "us_ssn",
        "ip_address",
        "us_driver_license",
    ] = Field(
        description="person: name of a person; address: street or postal address; location: city, state or country; "
        "organization: company or organisation; credit_card: payment card number; date_time: date or time; "
        "title: form of address; phone_number: phone number; age: age of a person; "
        "nationality_or_religion: nationality, religion or political group; email_address: e-mail address; "
        "zip_code: postal code; domain_name: internet domain; iban: bank account number (IBAN); "
        "us_ssn: US social security number; ip_address: IP address; us_driver_license: US driving licence number"
    )


class PersonalDataEntities(BaseModel):
    """Named entities mentioned in a message, form or document with personal data, in order of appearance."""

    entities: list[Entity] = Field(description="All entity mentions in order of appearance; empty if there are none.")
