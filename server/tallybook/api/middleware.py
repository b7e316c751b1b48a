"""Headers on every response: the protocol's version, and what a browser may do with a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PROTOCOL = "1"
# Never Clear-Site-Data: it would erase what a device has not sent yet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # widgets place themselves by style attributes
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put the headers on whatever the others answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Tallybook-Protocol"] = PROTOCOL
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "DENY"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.path.startswith(("/api/", "/_allauth/")):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
