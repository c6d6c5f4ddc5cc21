"""The local stack: boto3 clients that see nothing of the user's own AWS settings."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from infra.local.emulator import CREDENTIAL

_NOTHING_OF_THE_USER = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ca_bundle": (None, None, None, None),
}


def local_session(region: str) -> boto3.session.Session:
    """Return a session with made-up credentials that reads no profile, file or CA bundle."""
    core = botocore.session.Session(session_vars=_NOTHING_OF_THE_USER)
    core.set_credentials(CREDENTIAL, CREDENTIAL)
    return boto3.session.Session(botocore_session=core, region_name=region)


def local_client(service: str, *, endpoint_url: str, region: str) -> Any:
    """Return a boto3 client of a service on the local stack; no proxy is asked."""
    session: Any = local_session(region)
    return session.client(
        service,
        endpoint_url=endpoint_url,
        config=Config(
            proxies={},
            connect_timeout=5,
            read_timeout=60,
            retries={"total_max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )
