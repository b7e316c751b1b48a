"""Headers on every response: the protocol's version, and what a browser may do with a page."""

from collections.abc import Callable, MutableMapping

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

# Fresh for long: opening a page while somebody works offline asks the network for nothing. The program
# itself replaces the browser's copy when it looks for a newer one.
WORKER_CACHE_CONTROL = "max-age=31536000"
PAGE_CACHE_CONTROL = "no-cache"


def cache_client_file(headers: MutableMapping[str, str], _path: str, url: str) -> None:
    """Say how long a browser may keep a file of the client; those with a hash in their name are for ever."""
    if url == "/service-worker.js":
        headers["Cache-Control"] = WORKER_CACHE_CONTROL
    elif not url.startswith("/assets/"):
        headers["Cache-Control"] = PAGE_CACHE_CONTROL


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
