"""A system in Python with authlib: `python -m … ISSUER ID SECRET PORT`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER, KEY, SECRET, PORT = sys.argv[1:]
BACK = f"http://127.0.0.1:{PORT}/xong"
METADATA = httpx.get(f"{ISSUER}/.well-known/openid-configuration").json()
WAITING = {}


def system():
    return OAuth2Client(
        KEY,
        SECRET,
        scope="openid profile personal_number",
        redirect_uri=BACK,
        code_challenge_method="S256",
    )


def begin():
    WAITING.update(verifier=generate_token(64), nonce=generate_token(32))
    address, state = system().create_authorization_url(
        METADATA["authorization_endpoint"],
        code_verifier=WAITING["verifier"],
        nonce=WAITING["nonce"],
    )
    WAITING["state"] = state
    return address


def finish(path):
    client = system()
    token = client.fetch_token(
        METADATA["token_endpoint"],
        authorization_response=f"http://127.0.0.1:{PORT}{path}",
        code_verifier=WAITING["verifier"],
        state=WAITING["state"],
    )
    keys = KeySet.import_key_set(httpx.get(METADATA["jwks_uri"]).json())
    proof = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": METADATA["issuer"]},
        aud={"essential": True, "value": KEY},
        nonce={"essential": True, "value": WAITING["nonce"]},
    ).validate(proof.claims)
    about = client.get(METADATA["userinfo_endpoint"]).raise_for_status().json()
    assert about["sub"] == proof.claims["sub"]
    return about


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/xong"):
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(json.dumps(finish(self.path)).encode())
            return
        self.send_response(302)
        self.send_header("Location", begin())
        self.end_headers()

    def log_message(self, *arguments):
        pass


print("ready", flush=True)
HTTPServer(("127.0.0.1", int(PORT)), Answers).serve_forever()
