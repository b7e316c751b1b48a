"""Who asks, and over what, where a proxy of the agency's own stands before this server."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .environment import Network

HOPS_MAX = 20
SCHEME = "HTTP_X_FORWARDED_PROTO"
CLIENTS = "HTTP_X_FORWARDED_FOR"

Address = IPv4Address | IPv6Address


def believe_trusted_proxies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Take scheme and client's address from a trusted proxy's headers, and from nobody else's.

    Stands before everything else; behind it nobody finds the headers, so nobody can believe them. The
    scheme decides about HTTPS, the address about how often somebody may fail to sign in.
    """
    trusted: Sequence[Network] = settings.TRUSTED_PROXIES

    def middleware(request: HttpRequest) -> HttpResponse:
        scheme, clients = request.META.pop(SCHEME, ""), request.META.pop(CLIENTS, "")
        peer = read_address(request.META.get("REMOTE_ADDR", ""))
        if peer is not None and is_trusted(peer, trusted):
            if scheme:
                request.META["wsgi.url_scheme"] = "https" if scheme.strip().lower() == "https" else "http"
            request.META["REMOTE_ADDR"] = str(find_client(peer, clients, trusted))
        return get_response(request)

    return middleware


def find_client(peer: Address, clients: str, trusted: Sequence[Network]) -> Address:
    """Return the last address in the list that no trusted proxy has: what stands before it anybody can write."""
    client = peer
    for told in reversed(clients.split(",")[-HOPS_MAX:]):
        address = read_address(told)
        if address is None or not is_trusted(client, trusted):
            break
        client = address
    return client


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    """Whether an address belongs to a trusted proxy."""
    return any(address in network for network in trusted)


def read_address(told: str) -> Address | None:
    """Return an address as proxies write it: with a port, in brackets, or IPv4 within IPv6."""
    text = told.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
