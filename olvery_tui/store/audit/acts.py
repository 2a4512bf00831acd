"""Acts of erasure, taken from the audit trail."""

from __future__ import annotations

from sqlalchemy import Text, cast, select
from sqlmodel import Session

from olvery_tui.domain.erasure import ErasureAct, Ground
from olvery_tui.domain.events import EventKind
from olvery_tui.store.audit.events import who_did
from olvery_tui.store.database.tables import EVENTS
from olvery_tui.store.database.tolerant import readable_facts


def of_person(session: Session, person_id: int) -> ErasureAct | None:
    """The act of a person's erasure; None who was not erased."""
    query = (
        select(EVENTS.c.id, EVENTS.c.at, cast(EVENTS.c.data, Text).label("data"))
        .where(EVENTS.c.kind == EventKind.PERSON_ERASED.value)
        .order_by(EVENTS.c.id.desc())
    )
    for event, at, data in session.connection().execute(query):
        facts = readable_facts(data)
        if facts.get("person") == person_id:
            ground, fields, records = (facts.get(key) for key in ("ground", "fields", "records"))
            return ErasureAct(
                event,
                person_id,
                at,
                who_did(session, event),
                Ground(str(ground)) if ground in set(Ground) else None,
                tuple(map(str, fields)) if isinstance(fields, list) else (),
                dict(records) if isinstance(records, dict) else {},
            )
    return None
