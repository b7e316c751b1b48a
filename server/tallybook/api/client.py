"""The page of the program itself, at every address that is nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .edge import MethodNotAllowed, PageNotFound, problem_response


def show_client(request: HttpRequest) -> HttpResponse:
    """Answer with the built client; it reads the address itself."""
    if request.method not in ("GET", "HEAD"):
        return problem_response(MethodNotAllowed())
    page = settings.CLIENT_DIR / "index.html"
    if not page.is_file():
        return problem_response(PageNotFound("The client is not built. Run make setup."))
    response = HttpResponse(page.read_bytes(), content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
