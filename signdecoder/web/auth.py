"""Who may come in: whoever was given the link, and asks for this server by a name of its own.

The link holds a random token. It is exchanged for a cookie at once, so that it does not stay in the
address bar. The Host header is looked at against other pages that have their name resolve to this
machine (DNS rebinding), the Origin header against other pages that open a WebSocket to it: a cookie
tells neither one port of a machine from another nor who opens a WebSocket.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_REFUSED = (
    "This page is for whoever has the link that signdecoder printed: "
    "open that link, or start signdecoder serve again for another.\n"
)
# A Host header: a name or an address, and a port.
_HOST = re.compile(r"(?P<name>[\w.-]+|\[(?P<v6>[0-9a-f:.]+)\])(?::\d{1,5})?", re.ASCII | re.I)
_HEADERS = {
    "X-Frame-Options": "DENY",  # what the policy says, for browsers that do not read it
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Server": "signdecoder",
}


class AccessGuard:
    """Lets in who has the token, by link or by cookie."""

    def __init__(self, host: str, port: int, names: frozenset[str] = frozenset()) -> None:
        """``names`` are the machine's own, by which others in the network may ask for it."""
        self.token = secrets.token_urlsafe(24)
        self._cookie = f"signdecoder_{port}"  # cookies do not tell one port from another
        self._names = {name.casefold() for name in {"localhost", host, *names}}

    @property
    def middleware(self) -> Middleware:
        """What stands before every page."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._is_ours(request.host) or not self._comes_from_here(request):
                return _refuse()
            offered = request.query.get("token")
            if offered is not None and request.path == "/":
                return self._exchange(request) if self._fits(offered) else _refuse()
            if not self._fits(request.cookies.get(self._cookie, "")):
                return _refuse()
            return await handler(request)

        return guard

    async def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put on every answer, refusals and errors too, what a browser may do with it.

        Nothing is loaded from anywhere else, no page frames this one, and none keeps it.
        """
        here = f" ws://{request.host} wss://{request.host}" if self._is_ours(request.host) else ""
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
            f" connect-src 'self'{here}; object-src 'none'; frame-ancestors 'none';"
            " base-uri 'none'; form-action 'none'"
        )

    def _fits(self, token: str) -> bool:
        """Is it the token? Compared in a time that does not tell how much of it is right."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def _exchange(self, request: web.Request) -> web.Response:
        """The cookie, and on to the page without the token in its address."""
        response = web.Response(status=303, headers={"Location": "/"})
        # Lax, not Strict: the link may be opened from a letter, which is another site.
        response.set_cookie(
            self._cookie, self.token, httponly=True, samesite="Lax", path="/",
            secure=request.scheme == "https",
        )  # fmt: skip
        return response

    def _is_ours(self, host: str) -> bool:
        """Was this server asked for by an address, or by a name that is its own?

        A page that has its own name resolve to this machine still asks for it by that name.
        """
        asked = _HOST.fullmatch(host)
        if asked is None:
            return False
        name = asked["v6"] or asked["name"]
        if name.casefold() in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True

    @staticmethod
    def _comes_from_here(request: web.Request) -> bool:
        """Browsers name the page that asks; without a name it is none, or one of this server's."""
        origin = request.headers.get("Origin")
        return origin is None or origin in (f"http://{request.host}", f"https://{request.host}")


def _refuse() -> web.Response:
    response = web.Response(status=403, text=_REFUSED)
    response.force_close()  # a stranger's connection is not kept open
    return response
