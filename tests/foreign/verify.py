"""Verifies tokens as the guides of PyJWT do.

    DIR/venv/bin/python tests/foreign/verify.py < INPUT

INPUT and what is printed are as for `verify.mjs`.
"""

import json
import os
import sys

# Before the imports: no proxy of this machine stands between it and the test.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

import jwt  # noqa: E402

INPUT = json.load(sys.stdin)
ISSUER, CLIENT_ID = INPUT["issuer"], INPUT["client_id"]
KEYS = jwt.PyJWKSet.from_dict(INPUT["jwks"])


def pyjwt_access(token):
    claims = jwt.decode(token, key_of(token), algorithms=["RS256"], issuer=ISSUER)
    if claims["token_use"] != "access":
        raise ValueError("wrong token_use")
    if claims["client_id"] != CLIENT_ID:
        raise ValueError("wrong client_id")


def pyjwt_id(token):
    checks = {"algorithms": ["RS256"], "issuer": ISSUER, "audience": CLIENT_ID}
    claims = jwt.decode(token, key_of(token), **checks)
    if claims["token_use"] != "id":
        raise ValueError("wrong token_use")


def pyjwt_guide(token):
    """As most guides print it: keys are fetched for each request, and an access token needs an audience."""
    key = jwt.PyJWKClient(INPUT["jwks_url"]).get_signing_key_from_jwt(token)
    jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, audience=CLIENT_ID)


def key_of(token):
    return KEYS[jwt.get_unverified_header(token)["kid"]]


RECIPES = {recipe.__name__: recipe for recipe in [pyjwt_access, pyjwt_id, pyjwt_guide]}


def refusal(call):
    try:
        RECIPES[call["recipe"]](call["token"])
    except Exception as error:
        return f"{type(error).__name__}: {error}"


refusals = [refusal(call) for call in INPUT["calls"]]
print(json.dumps({"versions": {"PyJWT": jwt.__version__}, "refusals": refusals}))
