"""Time zones as they are chosen: by city, those of the neighbourhood first."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from olvery_tui.i18n import N_, _

_NEAR = {
    "Europe/Kaliningrad": N_("Kaliningrad"),
    "Europe/Moscow": N_("Moscow, Saint Petersburg"),
    "Europe/Samara": N_("Samara, Izhevsk"),
    "Europe/Saratov": N_("Saratov, Ulyanovsk"),
    "Asia/Yekaterinburg": N_("Yekaterinburg, Ufa, Perm"),
    "Asia/Omsk": N_("Omsk"),
    "Asia/Novosibirsk": N_("Novosibirsk, Tomsk"),
    "Asia/Krasnoyarsk": N_("Krasnoyarsk, Kemerovo"),
    "Asia/Irkutsk": N_("Irkutsk, Ulan-Ude"),
    "Asia/Yakutsk": N_("Yakutsk, Chita"),
    "Asia/Vladivostok": N_("Vladivostok, Khabarovsk"),
    "Asia/Magadan": N_("Magadan, Sakhalin"),
    "Asia/Kamchatka": N_("Petropavlovsk-Kamchatsky"),
    "Europe/Minsk": N_("Minsk"),
    "Asia/Almaty": N_("Almaty, Astana"),
    "Asia/Tashkent": N_("Tashkent"),
    "Asia/Bishkek": N_("Bishkek"),
    "Asia/Tbilisi": N_("Tbilisi"),
    "Asia/Yerevan": N_("Yerevan"),
    "Asia/Baku": N_("Baku"),
}


def zone_text(key: str) -> str:
    """Return a zone's cities, or its name in the database of time zones."""
    return _(_NEAR[key]) if key in _NEAR else key


def offset_text(key: str, now: datetime) -> str:
    """Return how far a zone's clock is from UTC now: `UTC+3`."""
    offset = now.astimezone(ZoneInfo(key)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"


def zones(present: str) -> list[str]:
    """Return the zones to choose from; the present one is among them."""
    known = [*_NEAR, "UTC", *_others()]
    return known if present in known else [present, *known]


@cache
def _others() -> tuple[str, ...]:
    far = (key for key in available_timezones() if "/" in key and key not in _NEAR)
    return tuple(sorted(key for key in far if not key.startswith("Etc/")))
