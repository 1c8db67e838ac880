"""Sessions: who is logged in where, revocable and of limited life.

The browser holds a random id in a signed cookie; the store holds a hash of that id, so a copy of
the store opens no session. A session ends after `idle` seconds without a request, and after
`lifetime` seconds in any case. The store knows the second end, the cookie the first: it says when
it was signed, and is sent anew while it is used. So reading prolongs a session and writes nothing.
"""

import hashlib
import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from brubeck.handlers.protection import may_change_something
from brubeck.jsontext import dumps, loads
from brubeck.timekeeping import Interval, curtime

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.request import Request

HOUR = 60 * 60
DAY = 24 * HOUR

# Renewing at every request would mean a cookie, or a write, for each of them.
_RENEWALS_IN_IDLE_TIME = 20


@dataclass(slots=True)
class Session:
    """One login. `id` is the secret the browser holds; times are milliseconds since the epoch.

    `renewed_at` is when a request came that could change something: no other writes it down.
    """

    id: str = field(repr=False)
    user_id: str
    data: dict[str, Any]
    created_at: int
    renewed_at: int

    @property
    def key(self) -> str:
        """The name under which the store keeps it; it opens nothing."""
        return _key(self.id)


@dataclass(frozen=True, slots=True)
class Login:
    """What a store tells about a session without the id that opens it, for a page of them all."""

    key: str
    user_id: str
    data: dict[str, Any]
    created_at: int
    renewed_at: int


class SessionStore(ABC):
    """What all stores share: ids, hashing and age. Children keep records by key."""

    def __init__(self, *, idle: int = 14 * DAY, lifetime: int = 90 * DAY) -> None:
        self.idle = idle
        self.lifetime = lifetime
        self.renewal = idle / _RENEWALS_IN_IDLE_TIME
        self.sweeping = Interval(HOUR)

    def create(self, user_id: object, data: dict[str, Any]) -> Session:
        """Begin a session; `data` is anything that JSON can hold."""
        if self.sweeping.is_over():
            self.delete_expired()
        now = curtime()
        session = Session(secrets.token_urlsafe(32), str(user_id), data, now, now)
        self._insert(_key(session.id), self._record(session))
        return session

    def load(self, session_id: str) -> Session | None:
        """Return a session, or None when there is none or its lifetime is over. Writes nothing."""
        record = self._find(_key(session_id))
        if record is None or record["expires_at"] <= curtime():
            return None
        return Session(
            session_id,
            record["user_id"],
            cast("dict[str, Any]", loads(record["data"])),
            record["created_at"],
            record["renewed_at"],
        )

    def save(self, session: Session) -> None:
        """Store a session as it is now; one that has been ended meanwhile stays ended."""
        self._replace(_key(session.id), self._record(session))

    def renew(self, session: Session) -> bool:
        """Note that a session is used, if the last note is worth a new one; tell whether it is."""
        now = curtime()
        if now - session.renewed_at < self.renewal * 1000:
            return False
        session.renewed_at = now
        self.save(session)
        return True

    def delete(self, session_id: str) -> None:
        """End a session; one that does not exist has ended already."""
        self._remove(_key(session_id))

    def list_of(self, user_id: object) -> list[Login]:
        """Return a user's sessions whose lifetime is not over, the one used last first."""
        now = curtime()
        found = [
            Login(key, r["user_id"], loads(r["data"]), r["created_at"], r["renewed_at"])  # type: ignore[arg-type]  # a dict went in
            for key, r in self._records_of(str(user_id))
            if r["expires_at"] > now
        ]
        return sorted(found, key=lambda login: login.renewed_at, reverse=True)

    def delete_key(self, user_id: object, key: str) -> bool:
        """End the session of that key if it is this user's; tell whether it was."""
        record = self._find(key)
        if record is None or record["user_id"] != str(user_id):
            return False
        self._remove(key)
        return True

    def delete_others(self, session: Session) -> int:
        """End all sessions of a session's user but this one; return how many they were."""
        others = {login.key for login in self.list_of(session.user_id)} - {session.key}
        for key in others:
            self._remove(key)
        return len(others)

    def _record(self, session: Session) -> dict[str, Any]:
        return {
            "user_id": session.user_id,
            "data": dumps(session.data),
            "created_at": session.created_at,
            "renewed_at": session.renewed_at,
            "expires_at": session.created_at + self.lifetime * 1000,
        }

    @abstractmethod
    def delete_of(self, user_id: object) -> None:
        """End all sessions of a user."""

    @abstractmethod
    def delete_expired(self) -> None:
        """Remove the sessions whose time is over; happens now and then by itself."""

    @abstractmethod
    def _records_of(self, user_id: str) -> list[tuple[str, dict[str, Any]]]: ...

    @abstractmethod
    def _find(self, key: str) -> dict[str, Any] | None: ...

    @abstractmethod
    def _insert(self, key: str, record: dict[str, Any]) -> None: ...

    @abstractmethod
    def _replace(self, key: str, record: dict[str, Any]) -> None: ...

    @abstractmethod
    def _remove(self, key: str) -> None: ...


class MemorySessionStore(SessionStore):
    """Sessions of one process, gone when it ends: for tests and single-process programs."""

    def __init__(self, *, idle: int = 14 * DAY, lifetime: int = 90 * DAY) -> None:
        super().__init__(idle=idle, lifetime=lifetime)
        self._records: dict[str, dict[str, Any]] = {}

    def delete_of(self, user_id: object) -> None:
        """End all sessions of a user."""
        self._keep(lambda record: record["user_id"] != str(user_id))

    def delete_expired(self) -> None:
        """Remove the sessions whose time is over."""
        now = curtime()
        self._keep(lambda record: record["expires_at"] > now)

    def _records_of(self, user_id: str) -> list[tuple[str, dict[str, Any]]]:
        return [item for item in self._records.items() if item[1]["user_id"] == user_id]

    def _keep(self, wanted: Any) -> None:
        self._records = {key: record for key, record in self._records.items() if wanted(record)}

    def _find(self, key: str) -> dict[str, Any] | None:
        return self._records.get(key)

    def _insert(self, key: str, record: dict[str, Any]) -> None:
        self._records[key] = record

    def _replace(self, key: str, record: dict[str, Any]) -> None:
        if key in self._records:
            self._records[key] = record

    def _remove(self, key: str) -> None:
        self._records.pop(key, None)


class MongoSessionStore(SessionStore):
    """Sessions in a pymongo collection, shared by all processes of an application."""

    def __init__(self, collection: Any, *, idle: int = 14 * DAY, lifetime: int = 90 * DAY) -> None:
        super().__init__(idle=idle, lifetime=lifetime)
        self.collection = collection

    def ensure_indexes(self) -> None:
        """Create the indexes that ending a user's sessions and sweeping need."""
        self.collection.create_index("user_id")
        self.collection.create_index("expires_at")

    def delete_of(self, user_id: object) -> None:
        """End all sessions of a user."""
        self.collection.delete_many({"user_id": str(user_id)})

    def delete_expired(self) -> None:
        """Remove the sessions whose time is over."""
        self.collection.delete_many({"expires_at": {"$lte": curtime()}})

    def _records_of(self, user_id: str) -> list[tuple[str, dict[str, Any]]]:
        return [(record["_id"], record) for record in self.collection.find({"user_id": user_id})]

    def _find(self, key: str) -> dict[str, Any] | None:
        record: dict[str, Any] | None = self.collection.find_one({"_id": key})
        return record

    def _insert(self, key: str, record: dict[str, Any]) -> None:
        self.collection.insert_one({"_id": key, **record})

    def _replace(self, key: str, record: dict[str, Any]) -> None:
        self.collection.replace_one({"_id": key}, record)

    def _remove(self, key: str) -> None:
        self.collection.delete_one({"_id": key})


class SessionHandlingMixin:
    """Sessions for handlers of an application with `sessions=...` and `cookie_secret=...`."""

    application: "Brubeck"
    message: "Request"
    get_cookie: Any
    set_cookie: Any
    delete_cookie: Any

    is_personal: bool

    session_cookie = "session"

    _session: Session | None
    _session_id: str | None

    @property
    def session_id(self) -> str | None:
        """The id the browser holds, or None; whether it is still good, `session` tells."""
        if not hasattr(self, "_session_id"):
            secret, is_sent = self._session_secret(), self.session_cookie in self.message.cookies
            self._session_id = (
                self._sent_id(secret, self._session_store().idle) if is_sent else None
            )
        return self._session_id

    @property
    def session(self) -> Session | None:
        """The session of this request, or None; being asked for prolongs it."""
        if not hasattr(self, "_session"):
            self._session = self._load_session()
            self.is_personal = True
        return self._session

    def start_session(self, user_id: object, **data: Any) -> Session:
        """Log a user in, under a new id whatever the browser held before (CWE-384)."""
        self.end_session()
        self._use_session(self._session_store().create(user_id, data))
        return self._session  # type: ignore[return-value]

    def save_session(self) -> None:
        """Store what the program changed in `session.data`."""
        if self.session is not None:
            self._session_store().save(self.session)

    def end_session(self) -> None:
        """Log the user out of this browser."""
        if self.session_id is None:
            return
        self._session_store().delete(self.session_id)
        self.delete_cookie(self.session_cookie, path="/")
        self._session = self._session_id = None
        self._forget_user()

    def end_sessions_of(self, user_id: object) -> None:
        """Log a user out of all browsers, this one included if it is his."""
        session = self.session
        self._session_store().delete_of(user_id)
        if session is not None and session.user_id == str(user_id):
            self.end_session()

    def _load_session(self) -> Session | None:
        if self.session_id is None:
            return None
        store = self._session_store()
        session = store.load(self.session_id)
        if session is not None:
            self._prolong(session, store)
        return session

    def _prolong(self, session: Session, store: SessionStore) -> None:
        if self._sent_id(self._session_secret(), store.renewal) is None:
            self._send_session_cookie(session)
        if may_change_something(self.message):
            store.renew(session)

    def _sent_id(self, secret: Any, max_age: float) -> str | None:
        sent = self.get_cookie(self.session_cookie, None, secret, max_age)
        return sent if isinstance(sent, str) else None

    def _use_session(self, session: Session) -> None:
        self._session = session
        self._session_id = session.id
        self._forget_user()
        self._send_session_cookie(session)

    def _send_session_cookie(self, session: Session) -> None:
        self.set_cookie(
            self.session_cookie,
            session.id,
            secret=self._session_secret(),
            max_age=self._session_store().idle,
            path="/",
        )

    def _forget_user(self) -> None:
        # UserHandlingMixin keeps what it found under the session that is no longer ours.
        for name in ("_current_user", "_current_userprofile"):
            self.__dict__.pop(name, None)

    def _session_store(self) -> SessionStore:
        store: SessionStore | None = getattr(self.application, "sessions", None)
        if store is None:
            raise RuntimeError(
                "There is no session store. Pass sessions=MemorySessionStore() to Brubeck(...)."
            )
        return store

    def _session_secret(self) -> Any:
        secret = self.application.cookie_secret
        if not secret:
            raise RuntimeError("Sessions need a secret. Pass cookie_secret=... to Brubeck(...).")
        return secret


def _key(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
