"""Noun request: a service of AWS in one region, and the requests to it that a function may sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.request.clocks import ServiceClock
from shared.request.connections import Endpoint
from shared.request.credentials import Credentials, find_credentials
from shared.request.endpoints import endpoint_of
from shared.request.signatures import Signer


@dataclass(frozen=True)
class Service:
    """Where a service is, and what signs requests to it."""

    endpoint: Endpoint
    signer: Signer
    credentials: Callable[[], Credentials]  # of the moment
    clock: ServiceClock


def service_of(name: str, environment: Mapping[str, str]) -> Service:
    """Return a service with the region, credentials and endpoint of an environment.

    Raises:
        LookupError: it names no region, or no credentials.
    """
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    credentials = find_credentials(environment)
    if not region or not credentials:
        missing = "credentials" if region else "a region"
        raise LookupError(f"{name} cannot be asked without {missing}; the environment has none.")
    return service_at(endpoint_of(name, region, environment), name, region, credentials)


def service_at(
    endpoint: Endpoint, name: str, region: str, credentials: Callable[[], Credentials]
) -> Service:
    """Return a service at an endpoint."""
    return Service(endpoint, Signer(name, region, endpoint.host), credentials, ServiceClock())
