"""Our signature and botocore's are equal to the bit."""

from datetime import UTC, datetime
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from shared.table.signatures import Signer

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
REGIONS = ("eu-central-1", "us-east-1", "cn-north-1")
HOSTS = ("127.0.0.1:4566", "dynamodb.eu-central-1.amazonaws.com")
OPERATIONS = ("PutItem", "BatchGetItem", "TransactWriteItems")
SIGNERS = {(region, host): Signer(region, host) for region in REGIONS for host in HOSTS}


@given(
    at=MOMENTS,
    body=st.binary(max_size=300),
    access_key=SECRETS,
    secret_key=SECRETS,
    token=st.none() | SECRETS,
    operation=st.sampled_from(OPERATIONS),
    place=st.sampled_from(sorted(SIGNERS)),
)
def test_signatures_equal_those_of_botocore(
    at: datetime,
    body: bytes,
    access_key: str,
    secret_key: str,
    token: str | None,
    operation: str,
    place: tuple[str, str],
) -> None:
    region, host = place
    credentials = ReadOnlyCredentials(access_key, secret_key, token)

    ours = SIGNERS[place].headers(operation, body, credentials, at)

    named = {"Host": host, "Content-Type": ours["content-type"]}
    named["X-Amz-Target"] = f"DynamoDB_20120810.{operation}"
    request = AWSRequest("POST", f"https://{host}/", named, body)
    with patch("botocore.auth.get_current_datetime", return_value=at):
        SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    assert ours == {name.lower(): value for name, value in request.headers.items()}
