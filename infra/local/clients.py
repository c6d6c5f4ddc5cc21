"""The local stack: boto3 clients that see nothing of the user's own AWS settings."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from infra.local.emulator import CREDENTIAL, REGION
from infra.local.endpoint import Endpoint

_NOTHING_OF_THE_USER = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ca_bundle": (None, None, None, None),
}


def local_session() -> boto3.session.Session:
    """Return a session of the account's root that reads no profile, file or CA bundle."""
    core = botocore.session.Session(session_vars=_NOTHING_OF_THE_USER)
    core.set_credentials(CREDENTIAL, CREDENTIAL)
    return boto3.session.Session(botocore_session=core, region_name=REGION)


def local_client(service: str, endpoint: Endpoint) -> Any:
    """Return a boto3 client of a service on the local stack; no proxy is asked."""
    session: Any = local_session()
    return session.client(
        service,
        endpoint_url=endpoint.url,
        verify=str(endpoint.certificate) if endpoint.certificate else None,
        config=Config(
            proxies={},
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )
