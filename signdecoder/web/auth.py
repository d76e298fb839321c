"""Access control: only browsers that opened the secret link get an answer.

The link holds a random token, which is exchanged for a cookie at once, so that it does not stay in
the address bar. A cookie does not depend on the port, and browsers send it from any page. So the
Host header is checked against DNS rebinding, and the Origin header against other pages that open a
WebSocket to this server.
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
    "This page needs the link that signdecoder printed. "
    "Open that link, or restart signdecoder serve to get a new one.\n"
)
# A Host header: a name or an address, and a port.
_HOST = re.compile(r"(?P<name>[\w.-]+|\[(?P<v6>[0-9a-f:.]+)\])(?::\d{1,5})?", re.ASCII | re.I)
_HEADERS = {
    "X-Frame-Options": "DENY",  # for browsers that ignore the policy's frame-ancestors
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Server": "signdecoder",
}


class AccessGuard:
    """Let in browsers that have the token, in the link or in a cookie."""

    def __init__(self, host: str, port: int, names: frozenset[str] = frozenset()) -> None:
        """Create a token. ``names`` are host names of this machine."""
        self.token = secrets.token_urlsafe(24)
        self._cookie = f"signdecoder_{port}"  # cookies do not depend on the port
        self._names = {name.casefold() for name in {"localhost", host, *names}}

    @property
    def middleware(self) -> Middleware:
        """The middleware that checks every request."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._is_ours(request.host) or not self._is_same_origin(request):
                return _refuse()
            token = request.query.get("token")
            if token is not None and request.path == "/":
                return self._exchange(request) if self._is_token(token) else _refuse()
            if not self._is_token(request.cookies.get(self._cookie, "")):
                return _refuse()
            return await handler(request)

        return guard

    async def add_security_headers(
        self, request: web.Request, response: web.StreamResponse
    ) -> None:
        """Add security headers to every response, errors included.

        Browsers then load nothing from elsewhere, and they neither frame nor store the page.
        """
        here = f" ws://{request.host} wss://{request.host}" if self._is_ours(request.host) else ""
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
            f" connect-src 'self'{here}; object-src 'none'; frame-ancestors 'none';"
            " base-uri 'none'; form-action 'none'"
        )

    def _is_token(self, token: str) -> bool:
        """Return whether this is the token, in a time that does not depend on where it differs."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def _exchange(self, request: web.Request) -> web.Response:
        """Set the cookie, and redirect to the address without the token."""
        response = web.Response(status=303, headers={"Location": "/"})
        # Lax, not Strict: the link may be opened from an email, which is another site.
        response.set_cookie(
            self._cookie, self.token, httponly=True, samesite="Lax", path="/",
            secure=request.scheme == "https",
        )  # fmt: skip
        return response

    def _is_ours(self, host: str) -> bool:
        """Return whether a Host header is an IP address or one of this machine's names.

        A page that makes its own name resolve to this machine still sends that name.
        """
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match["v6"] or match["name"]
        if name.casefold() in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True

    @staticmethod
    def _is_same_origin(request: web.Request) -> bool:
        """Return whether the request comes from a page of this server, or from no page."""
        origin = request.headers.get("Origin")
        return origin is None or origin in (f"http://{request.host}", f"https://{request.host}")


def _refuse() -> web.Response:
    """Refuse a request."""
    response = web.Response(status=403, text=_REFUSED)
    response.force_close()  # do not keep a stranger's connection open
    return response
