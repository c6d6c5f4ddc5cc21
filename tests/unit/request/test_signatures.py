"""Our signature and botocore's are equal to the bit."""

from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import quote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from shared.request.signatures import Signer

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
CREDENTIALS = st.builds(ReadOnlyCredentials, SECRETS, SECRETS, st.none() | SECRETS)
REGIONS = ("eu-central-1", "us-east-1", "cn-north-1")
HOSTS = ("127.0.0.1:4566", "dynamodb.eu-central-1.amazonaws.com")
OPERATIONS = ("PutItem", "BatchGetItem", "TransactWriteItems")
PLACES = [(region, host) for region in REGIONS for host in HOSTS]
CALL_SIGNERS = {place: Signer("dynamodb", *place) for place in PLACES}
OBJECT_SIGNERS = {place: Signer("s3", *place) for place in PLACES}


@given(
    at=MOMENTS,
    body=st.binary(max_size=300),
    credentials=CREDENTIALS,
    operation=st.sampled_from(OPERATIONS),
    place=st.sampled_from(PLACES),
)
def test_signatures_of_calls_equal_those_of_botocore(
    at: datetime,
    body: bytes,
    credentials: ReadOnlyCredentials,
    operation: str,
    place: tuple[str, str],
) -> None:
    region, host = place

    ours = CALL_SIGNERS[place].call_headers(operation, body, credentials, at)

    named = {"Host": host, "Content-Type": ours["content-type"]}
    named["X-Amz-Target"] = f"DynamoDB_20120810.{operation}"
    request = AWSRequest("POST", f"https://{host}/", named, body)
    with patch("botocore.auth.get_current_datetime", return_value=at):
        SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    assert ours == {name.lower(): value for name, value in request.headers.items()}


@given(
    at=MOMENTS,
    key=st.text(min_size=1, max_size=40),
    credentials=CREDENTIALS,
    place=st.sampled_from(PLACES),
)
def test_signatures_of_objects_equal_those_of_botocore(
    at: datetime, key: str, credentials: ReadOnlyCredentials, place: tuple[str, str]
) -> None:
    region, host = place
    path = f"/bucket/{quote(key, safe='/~')}"

    ours = OBJECT_SIGNERS[place].object_headers(path, credentials, at)

    request = AWSRequest("GET", f"https://{host}{path}", {"Host": host}, b"")
    with patch("botocore.auth.get_current_datetime", return_value=at):
        S3SigV4Auth(credentials, "s3", region).add_auth(request)
    assert ours == {name.lower(): value for name, value in request.headers.items()}
