"""Assemble the database, the desk, the status worker and the watch for changes.

Heavy modules are imported inside functions, so that the first frame does not wait for them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from olvery_tui import terminal
from olvery_tui.clock import Clock
from olvery_tui.domain.access import SignIn, SignInPolicy, fold_login
from olvery_tui.domain.errors import AccessCode, NotAllowed, StoreUnavailable
from olvery_tui.files import Place
from olvery_tui.settings import config_file, default_export_dir

if TYPE_CHECKING:
    from olvery_tui.daily_backup import DailyBackup
    from olvery_tui.desk import Authentication, Desk
    from olvery_tui.domain.access import Actor
    from olvery_tui.domain.catalogue import LocationDetails
    from olvery_tui.domain.pages import Preview
    from olvery_tui.settings import Settings
    from olvery_tui.status_worker import StatusWorker
    from olvery_tui.store.database.engine import Store

log = logging.getLogger(__name__)

_JOIN_SECONDS = 0.3
"""How long `close` waits for the threads. One that waits for a busy database is abandoned: its
uncommitted changes are rolled back."""


@dataclass
class Services:
    """The services behind the screens of one terminal, or behind one command.

    `desk` belongs to the signed-in manager and refuses everything until somebody signs in.
    `created` is whether the database has just been created. `exports` is where the application may
    write files, and `outputs` where commands may. `start` runs `worker` and `daily_backup`.
    `demo_password` unlocks the demonstration.
    """

    store: Store
    desk: Desk
    authentication: Authentication
    clock: Clock
    location: LocationDetails
    created: bool
    exports: Place
    outputs: Place
    worker: StatusWorker | None = None
    daily_backup: DailyBackup | None = None
    demo_password: str | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _cleanup: ExitStack = field(default_factory=ExitStack)

    @property
    def manager(self) -> str | None:
        """The name of the signed-in manager."""
        manager = self.desk.actor.manager
        return manager.name if manager is not None else None

    def let_in(self, actor: Actor) -> None:
        """Replace the desk by one for `actor`. Pending calls keep the desk they were made on."""
        from olvery_tui.desk import Desk

        self.desk = Desk(self.store, self.clock, actor)

    def start(
        self,
        on_change: Callable[[], object],
        on_trouble: Callable[[StoreUnavailable | None], object],
    ) -> None:
        """Start watching for changes, and the background work that this terminal does."""
        from olvery_tui.store.database.changes import watch

        def changed() -> None:
            if self.worker is not None:
                self.worker.wake()
            on_change()

        self._thread("changes", lambda: watch(self.store, changed, self._stop, on_trouble))
        if self.worker is not None:
            worker = self.worker
            self._thread("status-worker", lambda: worker.run(self._stop))
        if self.daily_backup is not None:
            daily_backup = self.daily_backup
            self._thread("daily-backup", lambda: daily_backup.run(self._stop))

    def close(self) -> None:
        """Stop the threads and close the database. Safe to call twice."""
        self._stop.set()
        if self.worker is not None:
            self.worker.wake()
        deadline = time.monotonic() + _JOIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._cleanup.close()

    def _thread(self, name: str, run: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                run()
            except Exception:
                log.exception("the thread %s ended", name)

        thread = threading.Thread(target=guarded, name=f"olvery-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()


def preview(settings: Settings, *, clock: Clock | None, limit: int) -> Preview | None:
    """Return the list's first rows without heavy imports.

    None if they can't be read, or if the user has to sign in first.
    """
    from olvery_tui.store.listing.preview import first_lines

    if settings.demo:
        return None
    if settings.login is not None:
        who, method = settings.login, SignIn.SSH_KEY
    else:
        file = settings.database_url.partition("///")[2]
        who, method = terminal.caller(file), SignIn.OS_USER
    now = (clock or settings.clock()).now()
    return first_lines(settings.database_url, limit, now, login=fold_login(who), method=method)


def open_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    actor: Actor | None = None,
    create: bool = True,
) -> Services:
    """Open the database and build the services on it.

    The desk acts as `actor`, or anonymously by default. With `create`, a missing database is
    created and an older schema migrated.

    Raises:
        StoreUnavailable: The database can't be used; the code tells why.
    """
    from olvery_tui.daily_backup import DailyBackup
    from olvery_tui.desk import Authentication, Desk
    from olvery_tui.status_worker import StatusWorker

    with ExitStack() as cleanup:
        if settings.demo:
            store, created = _demo_store(cleanup), False
        else:
            store, created = open_store(settings, create=create)
        cleanup.callback(store.close)
        clock = clock or _clock(settings)
        account = terminal.caller(store.file)
        authentication = Authentication(store, clock, place=terminal.place(), account=account)
        desk = Desk(store, clock, actor or authentication.anonymous)
        location = desk.location()
        worker = StatusWorker(store, clock) if settings.embedded_worker else None
        daily = DailyBackup(store, clock) if _makes_backups(settings, store) else None
        outputs = Place(own=own_files(settings, store.file))
        exports = _exports(settings, outputs)
        kept = cleanup.pop_all()
    return Services(
        store,
        desk,
        authentication,
        clock,
        location,
        created,
        exports,
        outputs,
        worker,
        daily,
        _cleanup=kept,
    )


def _makes_backups(settings: Settings, store: Store) -> bool:
    """Whether the database is a file that stays, on a clock that tells the real day."""
    return store.file is not None and not settings.demo and settings.now is None


def own_files(settings: Settings, database: Path | None) -> tuple[Path, ...]:
    """Return the application's own files, which no file named by a user may replace."""
    return tuple(file for file in (database, settings.log_file, config_file()) if file is not None)


def _exports(settings: Settings, outputs: Place) -> Place:
    """Return where the application may write exports.

    On a machine that is not the user's own, that is a single folder: writing any other file of
    the account, such as `.bashrc`, could give them a shell.
    """
    if settings.export_dir is None and settings.login is None and terminal.is_own_machine():
        return outputs._replace(root=Path.home())
    return outputs._replace(root=settings.export_dir or default_export_dir(), flat=True)


def come_in(services: Services, settings: Settings) -> SignInPolicy | None:
    """Sign in a user who needs no sign-in screen; otherwise return the policy for the screen.

    The demonstration signs in its own manager, `--login` names the manager whom sshd has
    authenticated by key, and if the policy says so, the operating system's account is used.

    Raises:
        NotAllowed, NoSuchManager: The user may not sign in.
        StoreUnavailable: The database can't be used.
    """
    authentication = services.authentication
    if settings.demo:
        services.let_in(_demo_manager(services))
        return None
    if settings.login is not None:
        services.let_in(authentication.enter_as(settings.login))
        return None
    policy = authentication.policy()
    if policy.method is SignIn.PASSWORD:
        return policy
    if policy.method is SignIn.OS_USER:
        services.let_in(authentication.enter_as_account())
        return None
    raise NotAllowed(AccessCode.METHOD)


def _demo_manager(services: Services) -> Actor:
    from olvery_tui.store.access import managers
    from olvery_tui.store.demo import DEMO_LOGIN, DEMO_PASSWORD

    services.demo_password = DEMO_PASSWORD
    with services.store.reading() as session:
        return replace(
            services.authentication.anonymous, manager=managers.by_login(session, DEMO_LOGIN)
        )


def _clock(settings: Settings) -> Clock:
    if settings.demo and settings.now is None:
        from olvery_tui.clock import FrozenClock, ShiftedClock
        from olvery_tui.store.demo import DEMO_NOW

        return FrozenClock(DEMO_NOW) if settings.freeze else ShiftedClock(DEMO_NOW)
    return settings.clock()


def _demo_store(cleanup: ExitStack) -> Store:
    import tempfile

    from olvery_tui.store import demo

    folder = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="olvery-demo-"))
    return demo.create(f"sqlite:///{Path(folder) / 'demo.db'}")


def open_store(settings: Settings, *, create: bool) -> tuple[Store, bool]:
    """Open the configured database with the current schema; return whether it was created, too.

    Raises:
        StoreUnavailable: `missing` or `older_schema` without `create`, or another reason why the
            database can't be used.
    """
    from olvery_tui.store.database import schema

    store = connect(settings, create=create)
    try:
        return store, schema.ensure(store, create=create)
    except BaseException:
        store.close()
        raise


def connect(settings: Settings, *, create: bool) -> Store:
    """Open the configured database without checking its schema.

    With `create`, a missing file is created.

    Raises:
        StoreUnavailable: The database can't be opened.
    """
    from olvery_tui.store.database.connect import open_database

    if create:
        make_folder(settings.database_url)
    return open_database(settings.database_url, create=create)


def make_folder(database_url: str) -> None:
    """Create the folder of a database file (mode 0700) if it is missing.

    Errors are ignored here: opening the database reports them better.
    """
    from olvery_tui.store.database.sqlite.store import path_of

    with suppress(OSError, StoreUnavailable):
        path_of(database_url).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
