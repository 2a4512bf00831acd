"""What all terminals agree on. Source: ours."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.access import BACKUPS_MAX, LOCK_MINUTES_MAX, RENEWAL_DAYS_MAX, DeskSettings
from olvery_tui.domain.conflicts import SettingsChangedMeanwhile
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.people import check_name
from olvery_tui.domain.replay import fingerprint
from olvery_tui.store.catalogue import items, locations
from olvery_tui.store.database import locks
from olvery_tui.store.maintenance import backups

_CURRENCY = re.compile(r"[A-Z]{3}")


class Settings(Part):
    """Settings that are kept in the database and hold at every desk.

    Every method may raise `NoManager`, `NotAllowed` and `StoreUnavailable`; then nothing was
    changed.
    """

    def get(self) -> DeskSettings:
        """The current settings; the desk's days are those of their time zone from now on."""
        with self._context.reading() as session:
            self._context.take_location(locations.location(session))
            return locations.settings(session)

    def moved_by_zone(self, time_zone: str) -> int:
        """How many tickets that are not over would be on other days in another time zone.

        Raises:
            InvalidForm: `time_zone`; there is no such zone.
        """
        with self._context.reading() as session:
            if time_zone not in available_timezones():
                raise InvalidForm((InvalidInput("time_zone", InputCode.TIME_ZONE),))
            here, there = locations.location(session).zone, ZoneInfo(time_zone)
            return sum(
                count
                for period, count in locations.periods_to_come(session, self._context.now())
                if period.days(here) != period.days(there)
            )

    def change(self, seen: DeskSettings, changed: DeskSettings) -> DeskSettings:
        """Save changed settings; saving them unchanged leaves no trace.

        With another currency all tariffs are sold in it from now on, at the same numbers; orders
        keep theirs.

        Raises:
            InvalidForm: `minutes` (0–1440), `time_zone`, `currency`, `required`, `too_long`,
                `copies` (0–366), `no_folder`.
            SettingsChangedMeanwhile: they are not as they were on the screen.
        """
        with self._context.writing() as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.CATALOGUE)
            locks.lock_settings(session)
            present = locations.settings(session)
            if present.version != seen.version:
                raise SettingsChangedMeanwhile(present)
            _check(present, changed)
            data = present.differences(changed)
            if not data:
                return present
            locations.change_settings(session, present.version, changed)
            if "currency" in data:
                _sell_in(transaction, changed.currency)
            if "name" in data:
                data["name"] = [fingerprint(str(name)) for name in data["name"]]
            transaction.record(EventKind.SETTINGS_CHANGED, data)
            found, location = locations.settings(session), locations.location(session)
        self._context.take_location(location)
        return found


def _check(present: DeskSettings, changed: DeskSettings) -> None:
    """Check the settings that are changed: what stands there already may stay."""
    problems: list[InvalidInput] = []
    if not 0 <= changed.lock_minutes <= LOCK_MINUTES_MAX:
        problems.append(InvalidInput("lock_minutes", InputCode.MINUTES, {"most": LOCK_MINUTES_MAX}))
    if changed.name != present.name:
        try:
            check_name("name", changed.name)
        except InvalidInput as problem:
            problems.append(problem)
    if changed.time_zone != present.time_zone and changed.time_zone not in available_timezones():
        problems.append(InvalidInput("time_zone", InputCode.TIME_ZONE))
    if changed.currency != present.currency and not _CURRENCY.fullmatch(changed.currency):
        problems.append(InvalidInput("currency", InputCode.CURRENCY))
    if not 0 <= changed.backups_kept <= BACKUPS_MAX:
        problems.append(InvalidInput("backups_kept", InputCode.COPIES, {"most": BACKUPS_MAX}))
    if not 1 <= changed.renewal_days <= RENEWAL_DAYS_MAX:
        problems.append(InvalidInput("renewal_days", InputCode.WHOLE, {"most": RENEWAL_DAYS_MAX}))
    if changed.backup_folder != present.backup_folder:
        try:
            backups.check_folder(changed.backup_folder)
        except InvalidInput as problem:
            problems.append(problem)
    if problems:
        raise InvalidForm(tuple(problems))


def _sell_in(transaction: Transaction, currency: str) -> None:
    for tariff in items.tariffs_in_other_currency(transaction.session, currency):
        items.write(transaction.session, tariff, currency=currency)
        facts = items.facts(transaction.session, tariff)
        transaction.record(EventKind.CATALOGUE_CHANGED, facts)
