"""The API as an OpenAPI document, made of what is there: addresses, envelopes, answers, failures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.urls import URLPattern, URLResolver

from tallybook.contracts import import_failures
from tallybook.contracts.queries import ContractNotFound
from tallybook.core.failures import DatabaseBusy, TallybookFailure
from tallybook.core.version import VERSION
from tallybook.ledger.feed import AfterTheEnd, Diverged
from tallybook.sync import backup_failures
from tallybook.sync.backup_merging import PlaceRefused
from tallybook.sync.contract_import import ContractFieldsRefused, RowsRefused
from tallybook.sync.installation import ContractNumberTaken, OwnChangeHeld
from tallybook.sync.unclaimed_office import NothingChosen, OfficeRightNeeded, ReasonRefused

from . import answers, answers_backups
from .backups import MergeEnvelope, PassphraseEnvelope
from .edge import AccountDisabled, BadRequest, CsrfRefused, MethodNotAllowed, NotSignedIn, PageNotFound, TooLarge
from .imports import ImportBodyTooLarge, OfficeOnly
from .known import KnownEnvelope
from .middleware import PROTOCOL
from .reading import SEQ_MAX
from .sync_contracts import CheckoutEnvelope
from .sync_ledger import PushEnvelope
from .unclaimed import ChoiceEnvelope

Schema = Mapping[str, Any]
Failures = tuple[type[TallybookFailure], ...]

NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": SEQ_MAX}
HASH: Schema = {"type": "string", "pattern": "^([0-9a-f]{64})?$"}
ID: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": "string"}
ACCURACY: Schema = {"type": "string", "pattern": "^[0-6]?$"}
NDJSON = "application/x-ndjson"
BACKUP_FILE: Schema = {"type": "string", "format": "binary"}
IMPORT_FORM: Schema = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "number": TEXT,
        "name": TEXT,
        "prime_contractor": TEXT,
        "accuracy": ACCURACY,
        "sheet": TEXT,
        "where": {"type": "array", "items": TEXT},
    },
}


class SentOperation(msgspec.Struct):
    """One act of one person on one record. Whatever comes in its place is received, too, and held."""

    id: UUID
    device: UUID
    number: int
    contract: UUID
    type: Literal["contract", "project", "contract_item", "person", "note", "item_transaction"]
    record: UUID
    verb: Literal["create", "revise", "decide"]
    author: UUID
    made_at: str
    schema: int = 1
    set: dict[str, Any] = {}
    base: dict[str, Any] = {}
    seen: dict[str, UUID] | UUID = {}
    revision: int | None = None
    reason: str = ""
    target: UUID | None = None
    choice: Literal["apply", "set_aside"] | None = None
    app: str = ""


class Problem(msgspec.Struct):
    """A refusal, for programs (`code`) and for people. Source: docs/errors.md."""

    code: str
    title: str
    remedy: str
    detail: dict[str, Any]


class SignInAnswer(msgspec.Struct):
    """What django-allauth answers, whatever it is asked. Its own specification has the rest."""

    status: int


class Credentials(msgspec.Struct):
    """With what somebody signs in."""

    email: str
    password: str


class NewPassword(msgspec.Struct):
    """With what somebody changes his password."""

    current_password: str
    new_password: str


@dataclass(frozen=True)
class Call:
    """One method of one address."""

    answer: type | str | None  # its shape; a media type, where it is not JSON; None: no content
    refusals: Failures = ()  # beside those that every call has
    status: int = 200
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: type | Schema | None = None
    others: Sequence[int] = ()  # of sign-in: statuses that are no problem bodies


IMPORT_REFUSALS: Failures = (
    OfficeOnly,
    ImportBodyTooLarge,
    RowsRefused,
    *(one for one in vars(import_failures).values() if isinstance(one, type) and one is not TallybookFailure),
)
BACKUP_REFUSALS: Failures = (
    backup_failures.NotABackup,
    backup_failures.PassphraseTooCostly,
    backup_failures.BackupTooLarge,
    backup_failures.NoRoomForBackup,
)
BACKUP_READING_REFUSALS: Failures = (
    *BACKUP_REFUSALS,
    backup_failures.BackupNotFound,
    backup_failures.PassphraseNeeded,
    backup_failures.PassphraseWrong,
    backup_failures.BackupOfNewerProgram,
    backup_failures.BackupOfOtherAgency,
    backup_failures.BackupBomb,
)
CHOICE_REFUSALS: Failures = (ContractNotFound, OfficeRightNeeded, NothingChosen, ReasonRefused)
UNCLAIMED_QUERY = {
    "state": {"type": "string", "enum": ["open", "handed_over", "set_aside"]},
    "contract": ID,
    "person": ID,
    "after": ID,
    "limit": NUMBER,
}
SIGN_IN_REFUSALS = (400, 401, 403, 409, 429)

CALLS: Mapping[str, Mapping[str, Call]] = {
    "backup_upload": {
        "post": Call(
            answers_backups.UploadedBackup,
            (*BACKUP_REFUSALS, backup_failures.BackupCutInTransfer),
            status=201,
            body=BACKUP_FILE,
        )
    },
    "backup_delete": {"delete": Call(None, (backup_failures.BackupNotFound,), status=204)},
    "backup_preview": {"post": Call(answers_backups.BackupPreview, BACKUP_READING_REFUSALS, body=PassphraseEnvelope)},
    "backup_merge": {
        "post": Call(answers_backups.MergedBackup, (*BACKUP_READING_REFUSALS, PlaceRefused), body=MergeEnvelope)
    },
    "sync_contracts": {"get": Call(answers.Contracts, (AccountDisabled,))},
    "sync_check_out": {
        "post": Call(answers.MadeCheckout, (ContractNotFound,), body=CheckoutEnvelope),
    },
    "sync_check_in": {"delete": Call(None, status=204)},
    "sync_feed": {
        "get": Call(
            NDJSON,
            (BadRequest, ContractNotFound, AccountDisabled, Diverged, AfterTheEnd),
            query={"after": NUMBER, "known": NUMBER, "chain": HASH, "limit": NUMBER, "device": ID},
        )
    },
    "sync_known": {"post": Call(answers.Known, (ContractNotFound,), body=KnownEnvelope)},
    "sync_push": {"post": Call(answers.Pushed, (Diverged,), body=PushEnvelope)},
    "session": {"get": Call(answers.Session)},
    "history": {"get": Call(answers.History, (BadRequest, ContractNotFound), query={"after": NUMBER, "limit": NUMBER})},
    "unclaimed": {"get": Call(answers.UnclaimedPage, (BadRequest,), query=UNCLAIMED_QUERY)},
    "unclaimed_groups": {"get": Call(answers.UnclaimedGroups)},
    "unclaimed_hand_over": {"post": Call(answers.HandedOver, CHOICE_REFUSALS, body=ChoiceEnvelope)},
    "unclaimed_set_aside": {"post": Call(answers.SetAside, CHOICE_REFUSALS, body=ChoiceEnvelope)},
    "restores": {"get": Call(answers.Restores)},
    "returned_entries": {
        "get": Call(answers.ReturnedPage, (BadRequest, ContractNotFound), query={"after": NUMBER, "limit": NUMBER})
    },
    "contract_import_preview": {"post": Call(answers.ImportPreview, IMPORT_REFUSALS, body=IMPORT_FORM)},
    "contract_import": {
        "post": Call(
            answers.MadeContract,
            (*IMPORT_REFUSALS, ContractFieldsRefused, ContractNumberTaken, OwnChangeHeld),
            status=201,
            body=IMPORT_FORM,
        )
    },
    "log_in": {"post": Call(SignInAnswer, body=Credentials, others=SIGN_IN_REFUSALS)},
    "sign_in_session": {
        "get": Call(SignInAnswer, others=SIGN_IN_REFUSALS),
        "delete": Call(SignInAnswer, status=401, others=SIGN_IN_REFUSALS),
    },
    "change_password": {"post": Call(SignInAnswer, body=NewPassword, others=SIGN_IN_REFUSALS)},
}
NO_API = ("client",)  # pages of the program


def make_document(resolver: URLResolver) -> dict[str, Any]:
    """Return the OpenAPI document of the addresses below `resolver`. Raises KeyError for one that is not in CALLS."""
    shapes = [call.answer for calls in CALLS.values() for call in calls.values() if isinstance(call.answer, type)]
    shapes += [call.body for calls in CALLS.values() for call in calls.values() if isinstance(call.body, type)]
    _, components = msgspec.json.schema_components(
        [*dict.fromkeys(shapes), SentOperation, Problem], ref_template="#/components/schemas/{name}"
    )
    # What stands there is received whatever it is; most of it is one of these.
    components["PushEnvelope"]["properties"]["operations"]["items"] = {"anyOf": [_reference(SentOperation), {}]}
    paths = {address: _describe_path(address, pattern) for address, pattern in _walk(resolver, "/")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tallybook",
            "version": VERSION,
            "description": "The sync protocol and the rest of the API. Rules: docs/sync-protocol.md, docs/errors.md.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _walk(resolver: URLResolver, above: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one, above + str(one.pattern))
        elif one.name not in NO_API:
            yield re.sub(r"<uuid:(\w+)>", r"{\1}", above + str(one.pattern)), one


def _describe_path(address: str, pattern: URLPattern) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", address)
    calls = CALLS[str(pattern.name)]
    view = pattern.callback
    described: dict[str, Any] = {method: _describe_call(pattern, method, call) for method, call in calls.items()}
    summary = (view.__doc__ or "").partition("\n")[0]
    for method in described:
        described[method] |= {"summary": summary if "allauth" not in view.__module__ else "Signing in."}
    if names:
        described["parameters"] = [{"name": one, "in": "path", "required": True, "schema": ID} for one in names]
    return described


def _describe_call(pattern: URLPattern, method: str, call: Call) -> dict[str, Any]:
    name = str(pattern.name)
    described: dict[str, Any] = {"operationId": name if len(CALLS[name]) == 1 else f"{name}_{method}"}
    if call.query:
        described["parameters"] = [{"name": one, "in": "query", "schema": dict(it)} for one, it in call.query.items()]
    if call.body is not None:
        described["requestBody"] = {"required": True, "content": _describe_body(call.body)}
    content = {} if call.answer is None else {"content": _describe_content(call.answer)}
    described["responses"] = {str(call.status): {"description": "Done.", "headers": _headers(), **content}}
    described["responses"] |= _describe_refusals(method, call)
    return described


def _describe_body(body: type | Schema) -> dict[str, Any]:
    if isinstance(body, type):
        return {"application/json": {"schema": _reference(body)}}
    if body is BACKUP_FILE:
        return {"application/octet-stream": {"schema": dict(body)}}
    return {"multipart/form-data": {"schema": dict(body)}}


def _describe_content(answer: type | str) -> dict[str, Any]:
    return (
        {answer: {"schema": TEXT}} if isinstance(answer, str) else {"application/json": {"schema": _reference(answer)}}
    )


def _describe_refusals(method: str, call: Call) -> dict[str, Any]:
    if call.others:
        content = {"content": _describe_content(SignInAnswer)}
        told = {str(one): {"description": "Not done.", **content} for one in call.others if one != call.status}
        unread = _describe_problems([BadRequest])
        both = {**content["content"], **unread["content"]}
        # Before django-allauth looks at it: a body that is none, the token of our pages, the method.
        return told | {
            "400": {"description": "Not done, or not read.", "content": both},
            "403": _describe_problems([CsrfRefused]),
            "405": {"description": "Another method."},
        }
    failures: list[type[TallybookFailure]] = [NotSignedIn, DatabaseBusy, PageNotFound, MethodNotAllowed]
    if method != "get":
        failures += [BadRequest, CsrfRefused, TooLarge]
    codes: dict[int, list[type[TallybookFailure]]] = {}
    for one in dict.fromkeys((*failures, *call.refusals)):
        codes.setdefault(one.http_status, []).append(one)
    return {str(status): _describe_problems(found) for status, found in sorted(codes.items())}


def _describe_problems(failures: Sequence[type[TallybookFailure]]) -> dict[str, Any]:
    codes = sorted({one.code for one in failures})
    schema = {"allOf": [_reference(Problem), {"properties": {"code": {"enum": codes}}}]}
    described: dict[str, Any] = {
        "description": " ".join(dict.fromkeys(one.title for one in failures)),
        "headers": _headers(),
        "content": {"application/problem+json": {"schema": schema}},
    }
    if any(one.http_status in (429, 503) for one in failures):
        described["headers"]["Retry-After"] = {"required": True, "schema": {"type": "integer"}}
    return described


def _headers() -> dict[str, Any]:
    return {"X-Tallybook-Protocol": {"required": True, "schema": {"type": "string", "const": PROTOCOL}}}


def _reference(shape: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape.__name__}"}
