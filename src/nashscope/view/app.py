"""The server of the live page: this machine only, and only for those who have its address.

The address holds a random token; without it every path is unknown. The Host header must name this
machine, so that no page of another site can reach the server through a name of its own.
"""

import secrets
import socket
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nashscope.errors import Failed, MissingExtra, Misuse, install
from nashscope.view.desk import DIRECTIONS, TELLINGS, Desk

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["app", "serve"]

HOSTS = ["127.0.0.1", "localhost"]
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def app(desk: Desk, token: str) -> "Starlette":
    """The application: `/TOKEN/` is the page, `/TOKEN/look` answers its questions."""
    try:
        from starlette.applications import Starlette
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.requests import Request
        from starlette.responses import JSONResponse, Response
        from starlette.routing import Route
    except ModuleNotFoundError:
        raise MissingExtra(f"the live page needs starlette; {install('view')}") from None

    def known(request: Request) -> bool:
        return secrets.compare_digest(request.path_params["token"].encode(), token.encode())

    def told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            if not known(request):
                return Response("not found", 404, HEADERS)
            return answer(request)

        return endpoint

    def text(name: str, kind: str) -> Callable[[Request], Response]:
        return told(lambda _: Response(_file(name), 200, HEADERS, media_type=kind))

    def offered(_: Request) -> Response:
        return JSONResponse(_offered(desk), headers=HEADERS)

    def look(request: Request) -> Response:
        try:
            seen = desk.look(**_question(dict(request.query_params)))
        except Misuse as error:
            return JSONResponse({"error": str(error)}, 400, HEADERS)
        return JSONResponse(asdict(seen), headers=HEADERS)

    routes = [
        Route("/{token}/", text("view.html", "text/html")),
        Route("/{token}/view.js", text("view.js", "text/javascript")),
        Route("/{token}/view.css", text("view.css", "text/css")),
        Route("/{token}/offered", told(offered)),
        Route("/{token}/look", told(look)),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)]
    )


def serve(desk: Desk, told: Callable[[str], None], port: int = 0) -> None:
    """Serves the live page until it is interrupted.

    told: is given the address, once the server listens there. port: 0 takes any that is free.

    Raises:
        Failed: if the port is taken.
    """
    try:
        import uvicorn
    except ModuleNotFoundError:
        raise MissingExtra(f"the live page needs uvicorn; {install('view')}") from None
    token = secrets.token_urlsafe(24)
    # Named as TCP, or asyncio leaves Nagle's delay on: 40 ms between an answer's head and its body.
    kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with socket.socket(*kind) as listening:
        try:
            listening.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failed(f"port {port} cannot be used: {error.strerror}; try --port 0") from error
        listening.listen()
        told(f"http://127.0.0.1:{listening.getsockname()[1]}/{token}/")
        # no access log: it would write the token to the terminal with every request
        config = uvicorn.Config(app(desk, token), log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


def _file(name: str) -> str:
    """A file of the page; its style is that of the reports, and what is its own."""
    own = (files("nashscope.view") / "template" / name).read_text(encoding="utf-8")
    if name != "view.css":
        return own
    return (files("nashscope.report") / "template" / "page.css").read_text(encoding="utf-8") + own


def _offered(desk: Desk) -> dict[str, Any]:
    """What a person can choose."""
    return {
        "models": {name: model.layers for name, model in desk.models.items()},
        "games": {name: desk.situations(name) for name in desk.games},
        "directions": DIRECTIONS,
        "tellings": TELLINGS,
    }


def _question(given: dict[str, str]) -> dict[str, Any]:
    """The arguments of `Desk.look`.

    Raises:
        Misuse: naming the one that is missing or is no number.
    """
    kinds: dict[str, Callable[[str], Any]] = {
        "model": str,
        "game": str,
        "situation": int,
        "telling": int,
        "layer": int,
        "strength": float,
        "direction": str,
    }
    asked = {}
    for name, kind in kinds.items():
        if name not in given:
            raise Misuse(f"{name} is missing")
        try:
            asked[name] = kind(given[name])
        except ValueError:
            raise Misuse(f"{name} is {given[name]!r:.40}, which is no {kind.__name__}") from None
    return asked
