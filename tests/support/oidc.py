"""A provider of OpenID Connect that keeps to the rules, until a test tells it otherwise."""

import base64
import hashlib
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from waitress.server import create_server

CLIENT = "tracker"
SECRET = "the client's secret"


@dataclass
class FakeProvider:
    """What it knows, what it was asked, and what it does wrong."""

    now: float
    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    #: the client's public key; then a secret is not enough
    client_key: ECKey | None = None
    #: the names of the tokens by which the client showed itself: each is good once
    assertions: list = field(default_factory=list)
    #: what it says of whoever signs in
    claims: dict = field(default_factory=dict)
    userinfo: dict = field(default_factory=dict)
    #: claims, header and whole answers that are wrong on purpose
    spoil: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    _codes: dict = field(default_factory=dict)

    def new_key(self, kid):
        self.key = RSAKey.generate_key(2048, {"kid": kid})

    def sign_in(self, location):
        """Do what a person does there; gives the address that they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def answer(self, request):
        path = request.path
        self.asked.append(path)
        if path in self.spoil:
            spoilt = self.spoil[path]
            return spoilt.copy() if isinstance(spoilt, Response) else spoilt(request)
        if path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
            places = ("/authorize", "/token", "/jwks", "/userinfo")
            about = {name: self.address + at for name, at in zip(names, places, strict=True)}
            return Response(json_body={"issuer": self.address, **about})
        if path == "/jwks":
            return Response(json_body={"keys": [self.key.as_dict(private=False, use="sig")]})
        if path == "/userinfo":
            return Response(json_body=self.userinfo)
        return self._token(request.POST) if path == "/token" else Response(status=404)

    def _token(self, form):
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return Response(json_body={"error": "invalid_grant"}, status=400)
        if self.client_key is not None:
            said = jwt.decode(form["client_assertion"], self.client_key, algorithms=["ES256"])
            assert said.claims["aud"] == f"{self.address}/token"
            assert 0 < said.claims["exp"] - said.claims["iat"] <= 300
            assert said.claims["jti"] not in self.assertions
            self.assertions.append(said.claims["jti"])
            assert said.claims["sub"] == CLIENT
        fresh = {"auth_time": int(self.now)} if asked.get("max_age") == "0" else {}
        claims = {
            "iss": self.address,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": int(self.now),
            "exp": int(self.now) + 300,
            "nonce": asked["nonce"],
            **fresh,
            **self.claims,
        }
        header = {"alg": "RS256", "kid": self.key.kid}
        token = jwt.encode(header, claims, self.spoil.get("key", self.key))
        return Response(json_body={"access_token": "a", "token_type": "Bearer", "id_token": token})


@contextmanager
def running(now):
    """Run a provider on loopback until the block ends."""
    provider = FakeProvider(now=now.timestamp())
    with Configurator(request_factory=Request) as config:
        config.add_route("all", "/*path")
        config.add_view(provider.answer, route_name="all")
    server = create_server(config.make_wsgi_app(), host="127.0.0.1", port=0, threads=2)
    provider.address = f"http://127.0.0.1:{server.effective_port}"
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.close()
        thread.join(timeout=5)


def dripping(_request):
    """Answer a byte at a time, for longer than anybody waits."""

    def body():
        for _ in range(40):
            yield b" "
            time.sleep(0.05)

    return Response(app_iter=body(), content_type="application/json")
