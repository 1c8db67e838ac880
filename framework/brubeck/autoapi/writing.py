"""Changing documents that have owners or hidden fields, or that the client has seen before.

Such a change depends on what is stored. So that nobody else's change is lost in between, a store
makes it only if it still holds what was read; otherwise everything is looked at once more.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from dictshield.base import ShieldException

from brubeck.autoapi.bodies import InvalidDocuments, error
from brubeck.autoapi.hidden import hides_something, keep_hidden
from brubeck.autoapi.mergepatch import patched
from brubeck.autoapi.ownership import Ownership
from brubeck.conditional import etag_of, has_version, is_outdated
from brubeck.errors import PreconditionFailed
from brubeck.jsontext import dumps
from brubeck.queryset import AbstractQueryset
from brubeck.queryset.base import Change, Status, Stored

TRIES = 10

CONDITIONS = ("if-match", "if-none-match")


class Draft(NamedTuple):
    """A key, and what makes the document to be stored there of the one that is (None: nothing).

    Without `build` it is to be removed.
    """

    key: str
    build: Callable[[Stored | None], Any] | None


class Step(NamedTuple):
    """A draft with what is stored now, and with the document that it makes of that."""

    draft: Draft
    before: Stored | None
    after: Any | None
    is_foreign: bool


class Writing(Ownership):
    """Gives an API changes that depend on what is stored."""

    message: Any
    queries: Any
    _check_strictly: Any
    _convert_to_id: Any
    _errors: Any
    _make_presentable: Any
    _read_valid: Any
    _valid_ids: Any

    readonly_fields: ClassVar[Sequence[str]] = ()
    """Fields that clients see and cannot set: what they send for them counts for nothing."""

    def complete(self, document: Any, before: Stored | None) -> None:
        """Set what clients do not, such as the time; `before` is what is stored now, or None.

        Override it. It may run several times for one document, and before it is validated.
        """

    def _is_guarded(self) -> bool:
        """Tell whether what is stored decides what may be stored."""
        completes = type(self).complete is not Writing.complete or bool(self.readonly_fields)
        return completes or self._is_guarded_removal() or hides_something(self.model)

    def _is_guarded_removal(self) -> bool:
        return self.owner_field is not None or self._is_conditional()

    def _draft(self, document: Any) -> Draft:
        return Draft(self._key_of(document), partial(self._completed, document))

    def _patch_draft(self, key: str, patch: dict[str, Any]) -> Draft:
        def build(before: Stored | None) -> Any:
            if before is None:
                return None
            self._check_strictly([patch])
            return self._completed(patched(self.model, before, patch), before)

        return Draft(key, build)

    def _key_of(self, document: Any) -> str:
        """Return a document's key, or `""`, which is nobody's, if its id is malformed."""
        try:
            return str(self._convert_to_id(getattr(document, self.queries.api_id)))
        except ShieldException:
            return ""

    def _completed(self, document: Any, before: Stored | None) -> Any:
        stored = self.model() if before is None else self.model(**before)
        keep_hidden(document, None if before is None else stored)
        for name in self.readonly_fields:
            document[name] = stored[name]
        if self.owner_field is not None:
            document[self.owner_field] = self.owner
        self.complete(document, before)
        return document

    # -- looking -------------------------------------------------------------------------------

    def _written(self, drafts: Sequence[Draft], *, must_exist: bool) -> list[Status]:
        """Make changes, or none if one of them is impossible from the start: say which.

        Raises InvalidDocuments, or PreconditionFailed if the client means other versions.
        """
        steps = list(self._steps(drafts))
        if must_exist and any(step.before is None for step in steps):
            gone = [step.draft.key for step in steps if step.before is None]
            return [(AbstractQueryset.MSG_NOTFOUND, key) for key in gone]
        self._check(steps)
        return self._carried_out(steps, must_exist=must_exist)

    def _check(self, steps: Sequence[Step]) -> None:
        documents = [step.after for step in steps if step.draft.build is not None]
        errors = list(self._errors(documents))
        if errors:
            raise InvalidDocuments(errors)
        if self._is_conditional() and not all(self._is_meant(step.before) for step in steps):
            raise PreconditionFailed

    def _steps(self, drafts: Sequence[Draft]) -> Iterator[Step]:
        stored = self._stored([draft.key for draft in drafts])
        for position, draft in enumerate(drafts):
            found = stored.get(draft.key)
            is_ours = found is not None and self._is_ours(found)
            before = found if is_ours else None
            try:
                after = None if draft.build is None else draft.build(before)
            except ShieldException as problem:
                raise InvalidDocuments(
                    [error(position, problem.field_name, problem.reason)]
                ) from problem
            yield Step(draft, before, after, is_foreign=found is not None and not is_ours)

    def _stored(self, keys: Sequence[str]) -> dict[str, Stored]:
        wanted = dict(self._valid_ids(keys))
        statuses = self._read_valid(list(wanted.values()))
        return {
            key: item
            for key, (message, item) in zip(wanted, statuses, strict=True)
            if message == AbstractQueryset.MSG_OK
        }

    # -- changing ------------------------------------------------------------------------------

    def _carried_out(self, steps: Sequence[Step], *, must_exist: bool) -> list[Status]:
        done = self._exchanged(steps, must_exist=must_exist)
        for _ in range(0 if self._is_conditional() else TRIES - 1):
            lost = [position for position, status in enumerate(done) if status is None]
            if not lost:
                break
            again = list(self._steps([steps[position].draft for position in lost]))
            for position, status in zip(
                lost, self._exchanged(again, must_exist=must_exist), strict=True
            ):
                done[position] = status
        return self._settled(steps, done)

    def _settled(self, steps: Sequence[Step], done: Sequence[Status | None]) -> list[Status]:
        """Return CONFLICT for what others kept changing; 412 if the client wanted to know."""
        if done == [None] and self._is_conditional():
            raise PreconditionFailed
        return [
            status or (AbstractQueryset.MSG_CONFLICT, step.draft.key)
            for step, status in zip(steps, done, strict=True)
        ]

    def _exchanged(self, steps: Sequence[Step], *, must_exist: bool) -> list[Status | None]:
        """Return what became of each step; None where somebody else was faster."""
        statuses = [self._impossible(step, must_exist=must_exist) for step in steps]
        possible = [position for position, status in enumerate(statuses) if status is None]
        changes = [
            Change(steps[position].draft.key, steps[position].before, steps[position].after)
            for position in possible
        ]
        for position, status in zip(possible, self.queries.exchange(changes), strict=True):
            statuses[position] = status
        return statuses

    def _impossible(self, step: Step, *, must_exist: bool) -> Status | None:
        if must_exist and step.before is None:
            return AbstractQueryset.MSG_NOTFOUND, step.draft.key
        if step.is_foreign or (step.after is not None and step.after.errors()):
            return AbstractQueryset.MSG_CONFLICT, step.draft.key
        return None

    # -- what the client has seen --------------------------------------------------------------

    def _is_conditional(self) -> bool:
        return any(self.message.header(name) is not None for name in CONDITIONS)

    def _is_meant(self, before: Stored | None) -> bool:
        """Tell whether what is stored is what the client wants changed (RFC 9110, 13.1)."""
        tag = None if before is None else entity_tag(self._make_presentable(before))
        is_excluded = has_version(self.message.header("if-none-match", ""), tag, None)
        return not (is_excluded or is_outdated(self.message.header, tag, None))


def entity_tag(shown: dict[str, Any]) -> str:
    """Return the ETag of a document as the client sees it: hidden fields leave no trace."""
    return etag_of(dumps(dict(sorted(shown.items()))).encode())
