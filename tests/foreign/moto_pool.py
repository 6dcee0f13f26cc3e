"""Real tokens from moto's Cognito server, for the foreign-issuer tests.

    DIR/venv/bin/python tests/foreign/moto_pool.py [PORT]      (0, the default, takes a free port)

Serves moto on 127.0.0.1, fills two user pools through boto3, signs users in, prints one line of
JSON that tells a test everything it expects, and serves until stdin closes or the parent dies.
What each token should say is taken from what was configured, never decoded from the token.
"""

import importlib.metadata
import json
import logging
import os
import sys
import threading
import time
import types

# Before the imports: neither this machine's AWS settings nor its proxies may reach boto3 or moto.
for name in [n for n in os.environ if n.startswith(("AWS_", "MOTO_"))]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

import boto3  # noqa: E402
import moto.cognitoidp.models as moto_cognito  # noqa: E402
from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

REGION = "eu-west-1"
PASSWORD = "Correct-Horse-1"
START_UP_SECONDS = 30
TWO_HOURS = 2 * 60 * 60


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    out, sys.stdout = sys.stdout, sys.stderr  # only the one line goes to stdout
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    exit_with_parent()
    watchdog = threading.Timer(START_UP_SECONDS, die, ["not ready in time"])
    watchdog.daemon = True
    watchdog.start()

    base_url = serve(port)
    report = json.dumps(build(base_url))
    watchdog.cancel()
    print(report, file=out, flush=True)
    while os.read(0, 4096):
        pass
    os._exit(0)


def serve(port):
    server = make_server(
        "127.0.0.1", port, DomainDispatcherApplication(create_backend_app), threaded=True
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def build(base_url):
    idp = boto3.client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=base_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    a, b = make_pool(idp, base_url, "A", clients=2), make_pool(idp, base_url, "B", clients=1)
    alice = make_user(idp, a, "alice", ["Admins"], plan="gold", seats="12")
    bob = make_user(idp, a, "bob", [], email_verified=False)
    alice_b = make_user(idp, b, "alice", ["Admins"], plan="gold", seats="12")

    tokens = []
    tokens += sign_in(idp, "alice", a, 0, alice)
    tokens += sign_in(idp, "alice_second_client", a, 1, alice)
    tokens += sign_in(idp, "bob", a, 0, bob)
    tokens += sign_in(idp, "alice_pool_b", b, 0, alice_b)
    tokens += sign_in(idp, "alice_expired", a, 0, alice, clock=-TWO_HOURS)
    tokens += sign_in(idp, "alice_future", a, 0, alice, clock=TWO_HOURS)
    return {
        "emulator": "moto",
        "version": importlib.metadata.version("moto"),
        "base_url": base_url,
        "pools": [a, b],
        "tokens": tokens,
    }


def make_pool(idp, base_url, name, clients):
    pool_id = idp.create_user_pool(
        PoolName=name,
        Schema=[
            {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
            {"Name": "seats", "AttributeDataType": "Number", "Mutable": True},
        ],
    )["UserPool"]["Id"]
    for precedence, group in enumerate(["Admins", "Basic"]):
        idp.create_group(
            UserPoolId=pool_id,
            GroupName=group,
            Precedence=precedence,
            RoleArn=f"arn:aws:iam::123456789012:role/{group}",
        )
    return {
        "name": name,
        "pool_id": pool_id,
        "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}",
        "jwks_url": f"{base_url}/{pool_id}/.well-known/jwks.json",
        "discovery_url": f"{base_url}/{pool_id}/.well-known/openid-configuration",
        "client_ids": [make_client(idp, pool_id, f"{name}{n}") for n in range(clients)],
    }


def make_client(idp, pool_id, name):
    return idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName=name,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ReadAttributes=["email", "email_verified", "custom:plan", "custom:seats"],
    )["UserPoolClient"]["ClientId"]


def make_user(idp, pool, username, groups, email_verified=True, **custom):
    pool_id, email = pool["pool_id"], f"{username}@example.com"
    attributes = {"email": email, "email_verified": str(email_verified).lower()}
    custom = {f"custom:{name}": value for name, value in custom.items()}
    idp.admin_create_user(
        UserPoolId=pool_id,
        Username=username,
        UserAttributes=[{"Name": n, "Value": v} for n, v in (attributes | custom).items()],
        MessageAction="SUPPRESS",
    )
    idp.admin_set_user_password(
        UserPoolId=pool_id, Username=username, Password=PASSWORD, Permanent=True
    )
    for group in groups:
        idp.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=group)
    user = idp.admin_get_user(UserPoolId=pool_id, Username=username)
    return {
        "sub": next(a["Value"] for a in user["UserAttributes"] if a["Name"] == "sub"),
        "username": username,
        "email": email,
        "email_verified": email_verified,
        "groups": groups,
        "custom": custom,
    }


def sign_in(idp, name, pool, client, user, clock=0):
    """Signs in while moto's clock is `clock` seconds off; one entry for each token it issued."""
    moto_cognito.time = types.SimpleNamespace(time=lambda: time.time() + clock)
    client_id = pool["client_ids"][client]
    answer = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user["username"], "PASSWORD": PASSWORD},
    )
    moto_cognito.time = time
    if "AuthenticationResult" not in answer:
        raise RuntimeError(f"{name}: a challenge instead of tokens: {answer.get('ChallengeName')}")
    common = {
        "sign_in": name,
        "pool": pool["name"],
        "pool_id": pool["pool_id"],
        "issuer": pool["issuer"],
        "client_id": client_id,
        "clock": clock,
        **user,
    }
    result = answer["AuthenticationResult"]
    return [
        common | {"token_use": use, "token": result[member]}
        for use, member in [("access", "AccessToken"), ("id", "IdToken"), ("refresh", "RefreshToken")]
    ]


def exit_with_parent():
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def die(why):
    print(f"moto_pool: {why}", file=sys.stderr, flush=True)
    os._exit(1)


if __name__ == "__main__":
    try:
        main()
    except BaseException as error:  # also werkzeug's SystemExit when the port is taken
        die(f"{type(error).__name__}: {error}")
