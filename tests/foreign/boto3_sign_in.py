"""An unmodified boto3 signs users up, in and out at the test issuer.

    DIR/venv/bin/python tests/foreign/boto3_sign_in.py SETTINGS

SETTINGS is JSON: `endpoint`, `pool`, `strict_pool` (where everyone needs an authenticator app) and
`clients`. The clients are `web`, `telling` (says when there is no such user), `shop` (with
`shop_secret`), `app` (rotating, without grace) and `strict` (of the strict pool). There are the users
alice, in the group Admins, and dora of the strict pool, with the password below.

Speaks lines of JSON with the test that runs it: `{"code_of": name}` asks for a confirmation code, which
comes back as a line, and `{"tokens": ...}` hands in tokens with what they should say. A step that does
not work ends the script with a traceback.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import struct
import sys
import time

# Before the imports: neither this machine's AWS settings nor its proxies may reach boto3.
for name in [n for n in os.environ if n.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

import boto3  # noqa: E402
import botocore.config  # noqa: E402
import botocore.exceptions  # noqa: E402

PASSWORD = "Correct-Horse-1"
OTHER_PASSWORD = "Another-Horse-1"
SETTINGS = json.loads(sys.argv[1])
POOL = SETTINGS["pool"]
CLIENTS = SETTINGS["clients"]
IDP = boto3.client(
    "cognito-idp",
    endpoint_url=SETTINGS["endpoint"],
    region_name="eu-west-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=botocore.config.Config(retries={"total_max_attempts": 1}),
)


def main():
    signs_up()
    signs_in_and_refreshes()
    is_refused()
    changes_to_totp()
    sets_up_totp_on_the_way()
    signs_out()
    administers_users()
    administers_groups()
    proves_a_secret()
    rotates()
    is_told_what_is_left_out()
    say({"boto3": boto3.__version__})


def signs_up():
    attributes = [
        {"Name": "email", "Value": "carl@shop.example"},
        {"Name": "custom:plan", "Value": "gold"},
    ]
    carl = {"ClientId": CLIENTS["web"], "Username": "carl"}
    signed_up = IDP.sign_up(**carl, Password=PASSWORD, UserAttributes=attributes)
    assert signed_up["UserConfirmed"] is False
    assert signed_up["CodeDeliveryDetails"]["Destination"] == "c***@s***"
    with refused("UserNotConfirmedException"):
        sign_in("web", "carl")
    with refused("CodeMismatchException"):
        IDP.confirm_sign_up(**carl, ConfirmationCode="no-code")
    IDP.confirm_sign_up(**carl, ConfirmationCode=ask_code("carl"))
    with refused("UsernameExistsException"):
        IDP.sign_up(**carl, Password=PASSWORD)

    tokens = sign_in("web", "carl")
    hand_in("web", "carl", tokens)
    user = IDP.get_user(AccessToken=tokens["AccessToken"])
    found = {pair["Name"]: pair["Value"] for pair in user["UserAttributes"]}
    assert found == {
        "sub": signed_up["UserSub"],
        "email": "carl@shop.example",
        "email_verified": "true",
        "custom:plan": "gold",
    }

    eve = {"ClientId": CLIENTS["web"], "Username": "eve"}
    with refused("InvalidPasswordException"):
        IDP.sign_up(**eve, Password="weak")
    IDP.sign_up(**eve, Password=PASSWORD)
    IDP.admin_confirm_sign_up(UserPoolId=POOL, Username="eve")
    hand_in("web", "eve", sign_in("web", "eve"))


def signs_in_and_refreshes():
    tokens = sign_in("web", "alice")
    assert tokens["TokenType"] == "Bearer" and tokens["ExpiresIn"] == 3600
    hand_in("web", "alice", tokens, ["Admins"])
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"]:
        refreshed = IDP.initiate_auth(
            ClientId=CLIENTS["web"],
            AuthFlow=flow,
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )["AuthenticationResult"]
        assert "RefreshToken" not in refreshed
        hand_in("web", "alice", refreshed, ["Admins"])


def is_refused():
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in("web", "alice", "wrong")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in("web", "nobody")
    with refused("UserNotFoundException", "User does not exist."):
        sign_in("telling", "nobody")
    with refused("NotAuthorizedException", "Invalid Access Token"):
        IDP.get_user(AccessToken="x.y.z")
    with refused("ResourceNotFoundException"):
        IDP.initiate_auth(ClientId="nothing", AuthFlow="USER_PASSWORD_AUTH")
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        IDP.initiate_auth(ClientId=CLIENTS["web"], AuthFlow="USER_PASSWORD_AUTH")


def changes_to_totp():
    token = sign_in("web", "eve")["AccessToken"]
    secret = IDP.associate_software_token(AccessToken=token)["SecretCode"]
    with refused("EnableSoftwareTokenMFAException"):
        IDP.verify_software_token(AccessToken=token, UserCode="no-code")
    verified = IDP.verify_software_token(AccessToken=token, UserCode=totp(secret))
    assert verified["Status"] == "SUCCESS"
    IDP.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    assert IDP.get_user(AccessToken=token)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]

    asked = start("web", "eve")
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with refused("CodeMismatchException"):
        respond("web", asked, USERNAME="eve", SOFTWARE_TOKEN_MFA_CODE="no-code")
    code = totp(secret, steps_ahead=1)  # the current one was used to verify
    answer = respond("web", asked, USERNAME="eve", SOFTWARE_TOKEN_MFA_CODE=code)
    hand_in("web", "eve", answer["AuthenticationResult"])


def sets_up_totp_on_the_way():
    asked = start("strict", "dora")
    assert asked["ChallengeName"] == "MFA_SETUP"
    assert json.loads(asked["ChallengeParameters"]["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
    associated = IDP.associate_software_token(Session=asked["Session"])
    verified = IDP.verify_software_token(
        Session=associated["Session"], UserCode=totp(associated["SecretCode"])
    )
    answer = respond("strict", {**asked, "Session": verified["Session"]}, USERNAME="dora")
    hand_in("strict", "dora", answer["AuthenticationResult"])
    assert start("strict", "dora")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def signs_out():
    first, second = sign_in("web", "carl"), sign_in("web", "carl")
    IDP.revoke_token(ClientId=CLIENTS["web"], Token=first["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        IDP.get_user(AccessToken=first["AccessToken"])
    with refused("UnsupportedTokenTypeException"):
        IDP.revoke_token(ClientId=CLIENTS["web"], Token=second["AccessToken"])
    with refused("UnauthorizedException"):
        IDP.revoke_token(ClientId=CLIENTS["app"], Token=second["RefreshToken"])

    IDP.global_sign_out(AccessToken=second["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        IDP.get_user(AccessToken=second["AccessToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        IDP.initiate_auth(
            ClientId=CLIENTS["web"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": second["RefreshToken"]},
        )
    hand_in("web", "carl", sign_in("web", "carl"))


def administers_users():
    fred = {"UserPoolId": POOL, "Username": "fred"}
    email = [{"Name": "email", "Value": "fred@shop.example"}]
    created = IDP.admin_create_user(
        **fred, TemporaryPassword=PASSWORD, UserAttributes=email, MessageAction="SUPPRESS"
    )["User"]
    assert created["UserStatus"] == "FORCE_CHANGE_PASSWORD" and created["Enabled"] is True
    age = datetime.datetime.now(datetime.timezone.utc) - created["UserCreateDate"]
    assert abs(age) < datetime.timedelta(minutes=1), created

    asked = IDP.admin_initiate_auth(
        UserPoolId=POOL,
        ClientId=CLIENTS["web"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "fred", "PASSWORD": PASSWORD},
    )
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    attributes = json.loads(asked["ChallengeParameters"]["userAttributes"])
    assert attributes["email"] == "fred@shop.example"
    with refused("InvalidPasswordException"):
        respond("web", asked, USERNAME="fred", NEW_PASSWORD="weak")
    answer = IDP.admin_respond_to_auth_challenge(
        UserPoolId=POOL,
        ClientId=CLIENTS["web"],
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "fred", "NEW_PASSWORD": OTHER_PASSWORD},
    )
    hand_in("web", "fred", answer["AuthenticationResult"])

    IDP.admin_set_user_password(**fred, Password=PASSWORD, Permanent=False)
    asked = start("web", "fred")
    new = {"NEW_PASSWORD": OTHER_PASSWORD, "userAttributes.name": "Fred"}
    hand_in("web", "fred", respond("web", asked, USERNAME="fred", **new)["AuthenticationResult"])
    IDP.admin_set_user_password(**fred, Password=PASSWORD, Permanent=True)
    hand_in("web", "fred", sign_in("web", "fred"))
    user = IDP.admin_get_user(**fred)
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "name", "Value": "Fred"} in user["UserAttributes"]

    pages = IDP.get_paginator("list_users").paginate(UserPoolId=POOL, PaginationConfig={"PageSize": 2})
    names = [user["Username"] for page in pages for user in page["Users"]]
    assert names == ["alice", "carl", "eve", "fred"], names
    found = IDP.list_users(UserPoolId=POOL, Filter='email ^= "fred@"')["Users"]
    assert [user["Username"] for user in found] == ["fred"]

    IDP.admin_delete_user(**fred)
    with refused("UserNotFoundException"):
        IDP.admin_get_user(**fred)


def administers_groups():
    staff = {"UserPoolId": POOL, "GroupName": "Staff"}
    role = "arn:aws:iam::123456789012:role/Staff"
    created = IDP.create_group(**staff, Description="All", Precedence=5, RoleArn=role)["Group"]
    assert (created["GroupName"], created["Precedence"], created["RoleArn"]) == ("Staff", 5, role)
    assert isinstance(created["CreationDate"], datetime.datetime)
    with refused("GroupExistsException"):
        IDP.create_group(**staff)
    groups = IDP.list_groups(UserPoolId=POOL)["Groups"]
    assert [group["GroupName"] for group in groups] == ["Admins", "Staff"]

    IDP.admin_add_user_to_group(**staff, Username="carl")
    of_carl = IDP.admin_list_groups_for_user(UserPoolId=POOL, Username="carl")["Groups"]
    assert [group["GroupName"] for group in of_carl] == ["Staff"]
    hand_in("web", "carl", sign_in("web", "carl"), ["Staff"])
    IDP.admin_remove_user_from_group(**staff, Username="carl")
    hand_in("web", "carl", sign_in("web", "carl"))
    with refused("ResourceNotFoundException"):
        IDP.admin_add_user_to_group(UserPoolId=POOL, GroupName="Nobody", Username="carl")


def proves_a_secret():
    with refused("NotAuthorizedException"):
        sign_in("shop", "alice")
    tokens = sign_in("shop", "alice", SECRET_HASH=secret_hash("alice"))
    hand_in("shop", "alice", tokens, ["Admins"])
    user = IDP.get_user(AccessToken=tokens["AccessToken"])
    sub = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "sub")
    for name in ["alice", sub]:
        parameters = {"REFRESH_TOKEN": tokens["RefreshToken"], "SECRET_HASH": secret_hash(name)}
        refreshed = IDP.initiate_auth(
            ClientId=CLIENTS["shop"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters
        )
        hand_in("shop", "alice", refreshed["AuthenticationResult"], ["Admins"])
    refreshed = IDP.get_tokens_from_refresh_token(
        ClientId=CLIENTS["shop"],
        ClientSecret=SETTINGS["shop_secret"],
        RefreshToken=tokens["RefreshToken"],
    )
    hand_in("shop", "alice", refreshed["AuthenticationResult"], ["Admins"])


def rotates():
    first = sign_in("app", "alice")
    app = {"ClientId": CLIENTS["app"]}
    second = IDP.get_tokens_from_refresh_token(**app, RefreshToken=first["RefreshToken"])
    second = second["AuthenticationResult"]
    assert second["RefreshToken"] != first["RefreshToken"]
    for tokens in [first, second]:
        hand_in("app", "alice", tokens, ["Admins"])
    with refused("RefreshTokenReuseException"):
        IDP.get_tokens_from_refresh_token(**app, RefreshToken=first["RefreshToken"])
    with refused("InvalidParameterException"):
        parameters = {"REFRESH_TOKEN": second["RefreshToken"]}
        IDP.initiate_auth(**app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)


def is_told_what_is_left_out():
    with refused("InvalidParameterException", "poolgate-issuer leaves USER_SRP_AUTH out"):
        IDP.initiate_auth(
            ClientId=CLIENTS["web"],
            AuthFlow="USER_SRP_AUTH",
            AuthParameters={"USERNAME": "alice", "SRP_A": "1"},
        )
    with refused("UnknownOperationException", "does not have the operation ForgotPassword"):
        IDP.forgot_password(ClientId=CLIENTS["web"], Username="alice")


def start(client, username, password=PASSWORD, **more):
    return IDP.initiate_auth(
        ClientId=CLIENTS[client],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password, **more},
    )


def sign_in(client, username, password=PASSWORD, **more):
    return start(client, username, password, **more)["AuthenticationResult"]


def respond(client, asked, **responses):
    return IDP.respond_to_auth_challenge(
        ClientId=CLIENTS[client],
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses=responses,
    )


@contextlib.contextmanager
def refused(code, message=""):
    """What stands in it is answered with this error; botocore has a class for each that AWS knows."""
    try:
        yield
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        assert found["Code"] == code and message in found["Message"], error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert error.response["ResponseMetadata"]["RequestId"]
        known = getattr(IDP.exceptions, code, None)
        assert known is None or isinstance(error, known), error
    else:
        raise AssertionError(f"not refused with {code}")


def totp(secret, steps_ahead=0):
    """RFC 6238 with SHA-1, 30 seconds and 6 digits."""
    padded = secret + "=" * (-len(secret) % 8)
    step = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    tag = hmac.new(base64.b32decode(padded), step, hashlib.sha1).digest()
    offset = tag[-1] & 15
    number = struct.unpack(">I", tag[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def secret_hash(name):
    text = (name + CLIENTS["shop"]).encode()
    tag = hmac.new(SETTINGS["shop_secret"].encode(), text, hashlib.sha256).digest()
    return base64.b64encode(tag).decode()


def hand_in(client, username, tokens, groups=()):
    say({
        "tokens": {
            "pool": SETTINGS["strict_pool"] if client == "strict" else POOL,
            "client": CLIENTS[client],
            "username": username,
            "groups": list(groups),
            "access": tokens["AccessToken"],
            "id": tokens["IdToken"],
        }
    })


def ask_code(username):
    say({"code_of": username})
    return json.loads(sys.stdin.readline())


def say(line):
    print(json.dumps(line), flush=True)


main()
