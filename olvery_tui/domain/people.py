"""People: names folded for search, phones, emails, and the checks of a new person's fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.letters import base
from olvery_tui.domain.text import NAME_MAX, clean

_LOOK_ALIKE = str.maketrans("abcehijkmoptxy", "авсенийкмортху")
"""Latin letters that look like Cyrillic ones, as those are folded: the «PM» of «PM №1» may be typed
in either, and so may the «і» of «Олексій».
"""

_APOSTROPHES = "'’‘`´ʼ′"
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_APART = str.maketrans(_APOSTROPHES, " " * len(_APOSTROPHES))


class _Folded(dict[int, str]):
    """The folded form of each lower-case letter, computed when it is first met."""

    _MOST = 4_096

    def __missing__(self, code: int) -> str:
        if len(self) >= self._MOST:
            self.clear()
        letters = base(chr(code)).translate(_NO_APOSTROPHES).translate(_LOOK_ALIKE)
        self[code] = letters
        return letters


_FOLDED = _Folded()

_PHONE = (
    r"(?<!\w)(?:\(?\+[\s(]*[0-9]|\(?[0-9](?:[\s().\-–—]*[0-9]){4})(?:[\s().\-–—]*[0-9])*\)?(?!\w)"
)
_RUSSIAN_PHONE = r"(?:\+7|8)[ (]{0,2}[3-9](?:[ ()-]{0,2}[0-9]){9}"
"""A whole number as it is nearly always written: the library takes twenty times as long."""

_EMAIL = r"\S+@\S*"

_WORD = re.compile(r"[^\W_]+")

DEFAULT_REGION = "RU"

NOTE_MAX = 500
"""Letters of a note for the front desk, and of the reason of a ban."""


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person as told apart from namesakes. Phone in E.164."""

    id: int
    last_name: str
    first_name: str
    phone: str | None = None
    email: str | None = None
    patronymic: str = ""
    note: str = ""
    """For the front desk."""
    ban_reason: str | None = None
    version: int = 1

    @property
    def name(self) -> str:
        """First and last name, as the manual's list shows them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def full_name(self) -> str:
        """First name, patronymic and last name."""
        return " ".join(filter(None, (self.first_name, self.patronymic, self.last_name)))

    @property
    def banned(self) -> bool:
        """Whether the front desk must not let them in."""
        return self.ban_reason is not None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people; `number` is the id."""

    number: int
    last_name: str
    first_name: str
    patronymic: str
    phone: str | None
    email: str | None
    banned: bool = False
    noted: bool = False

    @property
    def name(self) -> str:
        """Last name, first name, patronymic: the order of the list."""
        return " ".join(filter(None, (self.last_name, self.first_name, self.patronymic)))


class SharedKind(StrEnum):
    """What makes several persons possible duplicates: one phone, email or folded name.

    Namesakes have the same last and first name, and of one no patronymic is known.
    """

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    NAMESAKE = "namesake"


@dataclass(frozen=True, slots=True)
class Alike:
    """Groups of people who may be the same, and whether there are more groups than were asked."""

    groups: tuple[tuple[PersonDetails, ...], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be registered together with their order or ticket.

    `anyway`: even if somebody already has the phone or the email.
    """

    fields: PersonFields
    anyway: bool = False

    @property
    def details(self) -> PersonDetails:
        """The person as shown until they are saved; without an id."""
        return PersonDetails(0, *astuple(self.fields))


def fold(text: str) -> str:
    """`text` as search compares it.

    Any case; the letters of every alphabet as `letters.base` has them (ё = е, і = и, ә = а); Latin
    letters that look like Cyrillic ones as those; without apostrophes, accents and stress marks.
    """
    return " ".join(clean(text).casefold().translate(_FOLDED).split())


def words(text: str) -> tuple[str, ...]:
    """The folded words of a name or a query: split at spaces, hyphens and punctuation."""
    return tuple(_WORD.findall(fold(text)))


def name_words(*names: str) -> tuple[str, ...]:
    """Every word by which a person is found, each once: the parts of the names.

    «О'Нил» is found as one word and by what stands behind the apostrophe.
    """
    parts = (part for name in names if (part := name.translate(_APART)) != name)
    return tuple(dict.fromkeys(word for name in (*names, *parts) for word in words(name)))


def folded_name(*names: str) -> str:
    """The one line in which a partial search looks: last name, first name, patronymic."""
    return " ".join(filter(None, map(_fold_name, names)))


_fold_name = lru_cache(maxsize=4_096)(fold)


def begun(typed: str) -> dict[str, str]:
    """The fields of a new person, begun with what was typed to find them.

    A phone and an email go into fields of their own and never become a name; the first of the other
    words is the last name.
    """
    rest, phone, email = typed, "", ""
    if not any(map(str.isalpha, typed)):
        phone, rest = typed.strip() if any(map(str.isdigit, typed)) else "", ""
    elif found := re.search(_PHONE, rest):
        phone, rest = found[0].strip(), rest[: found.start()] + " " + rest[found.end() :]
    if found := re.search(_EMAIL, rest):
        email, rest = found[0], rest[: found.start()] + " " + rest[found.end() :]
    return {**named(rest), "phone": phone, "email": email}


_PATRONYMICS = ("ич", "вна", "ична", "аўна", "еўна", "улы", "ұлы", "қызы", "vich", "vna", "ichna")
PATRONYMIC_ENDINGS = tuple(map(fold, _PATRONYMICS))
PATRONYMIC_PARTICLES = frozenset(map(fold, ("оглы", "оглу", "кызы", "гызы", "уулу")))
"""What stands behind a father's name in a patronymic of two words."""


def named(text: str) -> dict[str, str]:
    """A whole name in its parts: last name, first name, patronymic, or the last name at the end.

    «Иванов Пётр Сергеевич», «Пётр Сергеевич Иванов», «Алиев Мамед Ахмед оглы».
    """
    parts = text.split()
    if len(parts) > 3 and fold(parts[-1]) in PATRONYMIC_PARTICLES:
        patronymic = " ".join(parts[-2:])
        del parts[-2:]
    elif len(parts) == 3 and fold(parts[2]).endswith(PATRONYMIC_ENDINGS):
        patronymic = parts.pop()
    elif len(parts) == 3 and fold(parts[1]).endswith(PATRONYMIC_ENDINGS):
        first_name, patronymic, last_name = parts
        parts = [last_name, first_name]
    else:
        patronymic = ""
    last_name = parts.pop(0) if parts else ""
    return {"last_name": last_name, "first_name": " ".join(parts), "patronymic": patronymic}


@dataclass(frozen=True, slots=True)
class PersonFields:
    """What is known of a person: clean names, phone in E.164, email in lower-case domain.

    The form, the store, the import and the erasure go over these fields; each is a personal column
    of the table.
    """

    last_name: str
    first_name: str = ""
    phone: str | None = None
    email: str | None = None
    patronymic: str = ""
    note: str = ""

    @property
    def searched(self) -> tuple[str, ...]:
        """The texts of which each word finds the person."""
        return (self.last_name, self.first_name, self.patronymic)


def check_name(field: str, value: str) -> str:
    """A clean name with a letter in it.

    Raises:
        InvalidInput: `required` or `too_long` (more than `NAME_MAX` letters).
    """
    name = clean(value)
    if not any(map(str.isalnum, name)):
        raise InvalidInput(field, InputCode.REQUIRED)
    if len(name) > NAME_MAX:
        raise InvalidInput(field, InputCode.TOO_LONG, {"limit": NAME_MAX})
    return name


def check_last_name(field: str, value: str) -> str:
    """A clean last name that is not a phone typed into the wrong field.

    Raises:
        InvalidInput: as `check_name`; `phone_as_name`.
    """
    name = check_name(field, value)
    if re.fullmatch(_PHONE, name):
        raise InvalidInput(field, InputCode.PHONE_AS_NAME)
    return name


def check_optional_name(field: str, value: str) -> str:
    """A clean first name or patronymic, which not everybody has: empty without letter or digit.

    Raises:
        InvalidInput: `too_long`.
    """
    return check_name(field, value) if any(map(str.isalnum, clean(value))) else ""


def check_note(field: str, value: str) -> str:
    """A clean remark; empty where nothing was typed.

    Raises:
        InvalidInput: `too_long` (more than `NOTE_MAX` letters).
    """
    note = clean(value)
    if len(note) > NOTE_MAX:
        raise InvalidInput(field, InputCode.TOO_LONG, {"limit": NOTE_MAX})
    return note


def check_ban_reason(value: str) -> str:
    """A clean reason for which somebody is not let in.

    Raises:
        InvalidForm: `ban_reason`; `required` or `too_long` (more than `NOTE_MAX` letters).
    """
    try:
        reason = check_note("ban_reason", value)
        if not any(map(str.isalnum, reason)):
            raise InvalidInput("ban_reason", InputCode.REQUIRED)
    except InvalidInput as problem:
        raise InvalidForm((problem,)) from None
    return reason


def check_phone(field: str, value: str) -> str | None:
    """A phone in E.164, or None where nothing was typed. A leading 8 or nothing means Russia.

    Raises:
        InvalidInput: `phone`.
    """
    typed = clean(value)
    if not typed:
        return None
    if re.fullmatch(_RUSSIAN_PHONE, typed):
        return "+7" + re.sub(r"[^0-9]", "", typed)[1:]
    if len(typed) > NAME_MAX or any(map(str.isalpha, typed)):
        raise InvalidInput(field, InputCode.PHONE)  # a library would make digits of «FLOWERS»
    import phonenumbers  # 30 ms that only other countries' phones need

    try:
        number = phonenumbers.parse(typed, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        raise InvalidInput(field, InputCode.PHONE) from None
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise InvalidInput(field, InputCode.PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_email(field: str, value: str) -> str | None:
    """A syntactically right email, or None where nothing was typed. Nothing is looked up.

    Raises:
        InvalidInput: `email`.
    """
    typed = clean(value)
    if not typed:
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise InvalidInput(field, InputCode.EMAIL) from None


def shown_phone(phone: str) -> str:
    """An E.164 number as people read it: `+7 (965) 577-65-00`; of another country as it is."""
    if re.fullmatch(r"\+7[0-9]{10}", phone):
        return f"+7 ({phone[2:5]}) {phone[5:8]}-{phone[8:10]}-{phone[10:]}"
    return clean(phone)


def merged_fields(kept: PersonDetails, gone: PersonDetails) -> tuple[PersonFields, str | None]:
    """The fields and the ban of two who become one: those of `kept`, and what they lack.

    Both notes stay, as far as they fit. A ban is not lifted by merging.
    """
    notes = tuple(dict.fromkeys(filter(None, (kept.note, gone.note))))
    fields = PersonFields(
        last_name=kept.last_name,
        first_name=kept.first_name or gone.first_name,
        phone=kept.phone or gone.phone,
        email=kept.email or gone.email,
        patronymic=kept.patronymic or gone.patronymic,
        note=" · ".join(notes)[:NOTE_MAX],
    )
    return fields, kept.ban_reason if kept.banned else gone.ban_reason


PERSON_CHECKS: Mapping[str, Callable[[str, str], str | None]] = {
    "last_name": check_last_name,
    "first_name": check_optional_name,
    "patronymic": check_optional_name,
    "phone": check_phone,
    "email": check_email,
    "note": check_note,
}
"""How the form's fields are checked, in their order."""


def check_person(**typed: str) -> PersonFields:
    """Check what was typed for a person, by the names of `PERSON_CHECKS`; missing fields are empty.

    Raises:
        InvalidForm: with one problem a field.
    """
    problems: list[InvalidInput] = []
    checked: dict[str, Any] = {}
    for name, check in PERSON_CHECKS.items():
        try:
            checked[name] = check(name, typed.get(name, ""))
        except InvalidInput as problem:
            problems.append(problem)
    if problems:
        raise InvalidForm(tuple(problems))
    return PersonFields(**checked)
