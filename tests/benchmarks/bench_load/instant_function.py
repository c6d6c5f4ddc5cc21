"""A function that answers at once behind the lookup's API: what the stack itself takes."""

import io
import zipfile
from typing import Any

import boto3

from infra.local.emulator import ACCOUNT, REGION
from oasis.connection import Connection

CODE = """
def handle(event, context):
    print("{}")  # the emulator waits up to 50 ms for a function's first line
    return {"statusCode": 200, "body": '{"is_instant": true}'}
"""
NAME, PATH = "bench-instant", "/v1/instant"


def add_instant_function(connection: Connection) -> str:
    """Add the function and its signed route to the lookup's API, and return the route's address."""
    url, _, _ = connection.lookup_url.rpartition("/v1/")
    api = url.partition("/execute-api/")[2].partition("/")[0]
    lambdas, gateway = boto3.client("lambda"), boto3.client("apigatewayv2")
    arn = lambdas.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=_lookup_role(lambdas),
        Handler="instant.handle",
        Code={"ZipFile": _zipped()},
    )["FunctionArn"]
    lambdas.add_permission(
        FunctionName=NAME,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*",
    )
    integration = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=arn,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(
        ApiId=api,
        RouteKey=f"POST {PATH}",
        Target=f"integrations/{integration}",
        AuthorizationType="AWS_IAM",
    )
    return f"{url}{PATH}"


def _lookup_role(lambdas: Any) -> str:
    functions = lambdas.list_functions()["Functions"]
    (role,) = (f["Role"] for f in functions if f["Handler"].startswith("functions.lookup_scores."))
    return str(role)


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("instant.py", CODE)
    return packed.getvalue()
