"""The service worker switched off: should one ever be broken, browsers get one that removes itself."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

WORKER = "/service-worker.js"
# It takes the program's own files away and itself, and nothing else: what people typed is in other places
# of the browser. No page is reloaded under anybody's hands.
SELF_REMOVING_WORKER = """\
/** Tallybook's service worker is switched off: this one takes its place, clears its files and is gone. */
self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.delete("tallybook-program").then(() => self.registration.unregister()))
})
"""


def switch_off_worker(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer with the worker that removes itself, where the setting says so; stands before the built files."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SERVICE_WORKER_IS_ON or request.path != WORKER:
            return get_response(request)
        response = HttpResponse(SELF_REMOVING_WORKER, content_type="text/javascript; charset=utf-8")
        # Not for long, as the real one: it is over when the setting is.
        response["Cache-Control"] = "no-cache"
        return response

    return middleware
