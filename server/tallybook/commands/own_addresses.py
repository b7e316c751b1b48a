"""The names and addresses under which this machine is reached: what a Host header may say."""

import re
import socket
from ipaddress import ip_address
from pathlib import Path

IPV4_ROUTES = Path("/proc/net/fib_trie")
IPV6_ADDRESSES = Path("/proc/net/if_inet6")


def list_own_names() -> list[str]:
    """Return this machine's names: as it calls itself, in full, and on its own network (mDNS)."""
    name = socket.gethostname().lower()
    names = (name, socket.getfqdn().lower(), f"{name.partition('.')[0]}.local")
    return [one for one in dict.fromkeys(names) if one.partition(".")[0] != "localhost"]


def list_own_addresses() -> list[str]:
    """Return the addresses of all interfaces but loopback, IPv4 first.

    From the kernel: on Debian the machine's name means 127.0.1.1, whatever its address is.
    """
    if IPV4_ROUTES.exists():
        found = re.findall(r"\|-- ([0-9.]+)\n +/32 host LOCAL", IPV4_ROUTES.read_text())
        lines = IPV6_ADDRESSES.read_text().splitlines() if IPV6_ADDRESSES.exists() else []
        found += [":".join(re.findall("....", line.split()[0])) for line in lines]
    else:
        found = [str(one[4][0]).partition("%")[0] for one in socket.getaddrinfo(socket.gethostname(), None)]
    addresses = (ip_address(one) for one in dict.fromkeys(found))
    return [str(one) for one in addresses if not one.is_loopback and not one.is_link_local]


def spell_host(host: str) -> str:
    """Return a host as an address bar has it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
