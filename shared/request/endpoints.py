"""Noun request: where the services of AWS are, and whom they are believed by."""

import ssl
from collections.abc import Mapping
from functools import lru_cache

from shared.request.amazon_roots import AMAZON_ROOTS
from shared.request.connections import Endpoint


def endpoint_of(service: str, region: str, environment: Mapping[str, str]) -> Endpoint:
    """Return where a service is in a region, unless the environment names another place for it.

    Args:
        service: as in its host's name.
        region: of AWS.
        environment: may name endpoints, and a file of certificates to believe.
    """
    is_china = region.startswith("cn-")
    named = environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
    suffix = "amazonaws.com.cn" if is_china else "amazonaws.com"
    url = named or environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{region}.{suffix}"
    if not url.startswith("https:"):
        return Endpoint(url.rstrip("/"))
    return Endpoint(url.rstrip("/"), _believing(environment.get("AWS_CA_BUNDLE"), is_china))


@lru_cache(4)
def _believing(bundle: str | None, is_china: bool) -> ssl.SSLContext:
    """Return what checks certificates: a file's, the system's in China, else Amazon's own roots."""
    if bundle:
        return ssl.create_default_context(cafile=bundle)
    return ssl.create_default_context(cadata=None if is_china else AMAZON_ROOTS)
