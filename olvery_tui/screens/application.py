"""What the parts of the application, each mixed into it, know of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual.app import App

    from olvery_tui.desk import Desk
    from olvery_tui.domain.cards import LocationCard
    from olvery_tui.domain.codes import Codes
    from olvery_tui.domain.errors import OlveryError
    from olvery_tui.domain.managers import SignIn
    from olvery_tui.services import Services
    from olvery_tui.settings import Settings

    class Part(App[Any]):
        """A part of `OlveryApp`, with what the other parts bring."""

        settings: Settings

        @property
        def services(self) -> Services: ...
        @property
        def is_open(self) -> bool: ...
        @property
        def is_ready(self) -> bool: ...
        @property
        def desk(self) -> Desk: ...
        @property
        def location(self) -> LocationCard: ...
        @property
        def is_locked(self) -> bool: ...
        @property
        def key_in_hand(self) -> str: ...
        @property
        def codes(self) -> Codes: ...
        @property
        def can_lock(self) -> bool: ...
        @property
        def way(self) -> SignIn: ...
        def has_unsaved(self) -> bool: ...
        def hold_keys(self, opening: Hashable) -> None: ...
        def forget_lock(self) -> None: ...
        def watch_idleness(self) -> None: ...
        def sign_out_after(self, error: OlveryError, *, unlocking: bool = False) -> bool: ...

else:
    Part = object
