"""What every endpoint shares: who is asking, and failures as problem bodies."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from tallybook.accounts.models import Person
from tallybook.accounts.queries import find_disabled_person, find_person_by_token
from tallybook.core.failures import DatabaseBusy, TallybookFailure
from tallybook.ledger.stored import Answer

View = Callable[..., HttpResponse]
RETRY_AFTER_SECONDS = 5
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class NotSignedIn(TallybookFailure):
    """Nobody is signed in, or no longer may be."""

    code = "not_signed_in"
    http_status = 401
    title = "You are not signed in."
    remedy = "Sign in again. What is on this device stays there."


class AccountDisabled(TallybookFailure):
    """Who is signed in was disabled: what he typed is still received, and nothing is shown to him."""

    code = "account_disabled"
    http_status = 403
    title = "Your account was disabled."
    remedy = "What is on this device is still sent to your office. Ask your administrator."


class CsrfRefused(TallybookFailure):
    """A write came without the token that only our own pages know."""

    code = "csrf_refused"
    http_status = 403
    title = "This did not come from a page of Tallybook."
    remedy = "Reload the page and try again."


class BadRequest(TallybookFailure):
    """The envelope itself cannot be read."""

    code = "bad_request"
    http_status = 400
    title = "The request cannot be read."
    remedy = "Update the program. What is on the device stays there."


class UnknownHost(TallybookFailure):
    """The request names a host that is none of this server's."""

    code = "unknown_host"
    http_status = 400
    title = "This server is not known under this address."
    remedy = "Ask your administrator for its address. He sets it by TALLYBOOK_PUBLIC_URL, or by serve --host."


class TooLarge(TallybookFailure):
    """More than one request may carry."""

    code = "too_large"
    http_status = 413
    title = "This is too much for one request."
    remedy = "Send it in smaller parts."


class MethodNotAllowed(TallybookFailure):
    """The address is right, the verb is not."""

    code = "method_not_allowed"
    http_status = 405
    title = "This address does not take this method."
    remedy = "See the documentation of the protocol."


class PageNotFound(TallybookFailure):
    """There is nothing at this address."""

    code = "not_found"
    http_status = 404
    title = "There is nothing at this address."
    remedy = "Check the address."


class ServerFailed(TallybookFailure):
    """Something that nobody foresaw; the log has it."""

    code = "server_failed"
    http_status = 500
    title = "Something went wrong at the office's computer."
    remedy = "Nothing that was saved is lost. Tell your administrator if it happens again."


def endpoint(*methods: str) -> Callable[[View], View]:
    """Make a view an endpoint: it takes these methods, and its failures become problem bodies."""

    def decorate(view: View) -> View:
        @csrf_exempt  # require_person checks it, where a session and not a token says who is asking
        @wraps(view)
        def explained(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise MethodNotAllowed
                return view(request, *args, **kwargs)
            except TallybookFailure as failure:
                return problem_response(failure)

        return explained

    return decorate


def require_person(
    request: HttpRequest, *, if_disabled: type[NotSignedIn | AccountDisabled] | None = NotSignedIn
) -> Person:
    """Return who is asking, by session (with a CSRF token on writes) or bearer token.

    Whose account was disabled is refused by `if_disabled`; None: he may do this.

    Raises NotSignedIn, AccountDisabled, CsrfRefused. Cost: one query for a token, two for a session.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    is_script = scheme.lower() == "bearer"
    person = find_person_by_token(token=token.strip()) if is_script else _find_signed_in(request)
    if person is None:
        raise NotSignedIn
    if if_disabled and not person.is_active:
        raise if_disabled
    is_write = request.method not in SAFE_METHODS
    if is_write and not is_script and CsrfViewMiddleware(_never).process_view(request, _never, (), {}):
        raise CsrfRefused
    return person


def _find_signed_in(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else find_disabled_person(session=request.session)


def with_problem_bodies(view: View) -> View:
    """Make a view of django-allauth's refuse a body that it cannot read as every other endpoint does."""

    @wraps(view)
    def explained(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse as refused:
            unread = refused.response.status_code == BadRequest.http_status and not refused.response.content
            if not unread:
                raise
            return problem_response(BadRequest())

    return explained


def json_response(answer: Any, *, status: int = 200) -> HttpResponse:
    """Return an answer as JSON."""
    try:
        body = msgspec.json.encode(answer)
    except UnicodeEncodeError:  # somebody's text has a lone surrogate, which only an escape can spell
        body = json.dumps(answer).encode()
    return HttpResponse(body, content_type="application/json", status=status)


def problem_response(failure: TallybookFailure) -> HttpResponse:
    """Return a failure as a problem body (RFC 9457)."""
    response = json_response(tell_problem(failure), status=failure.http_status)
    response["Content-Type"] = "application/problem+json"
    if failure.http_status in (429, 503):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def tell_problem(failure: TallybookFailure) -> dict[str, Any]:
    """Return what a problem body says."""
    return {"code": failure.code, "title": str(failure), "remedy": failure.remedy, "detail": failure.detail}


def tell_answer(answer: Answer) -> dict[str, Any]:
    """Return an answer as it is sent."""
    told: dict[str, Any] = {"id": answer.id, "state": answer.state}
    if answer.seq is not None:
        told["seq"] = answer.seq
    if answer.reason:
        told["reason"] = answer.reason
    if answer.detail:
        told["detail"] = answer.detail
    return told


def refuse_csrf(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a write without a CSRF token."""
    return problem_response(CsrfRefused(detail={"why": reason}))


def explain_400(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django refuses to read, an unknown host among it."""
    if isinstance(exception, DisallowedHost):
        return problem_response(UnknownHost())
    return problem_response(TooLarge() if isinstance(exception, RequestDataTooBig) else BadRequest())


def explain_403(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django refuses to do."""
    return problem_response(CsrfRefused())


def explain_404(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address where there is nothing."""
    return problem_response(PageNotFound())


def explain_500(_request: HttpRequest) -> HttpResponse:
    """Answer after a failure that nobody foresaw, or while the database is away; Django has logged it."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return problem_response(DatabaseBusy() if away else ServerFailed())


def _never(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("only the check is wanted, not the view behind it")
