"""`oasis lookup`: ask for promotion scores with a signed request."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import boto3
import botocore.session
import typer
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from rich.table import Table

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly


@dataclass
class SignedCaller:
    """Asks the lookup API over one kept connection, signed with the caller's AWS identity."""

    connection: Connection

    def __post_init__(self) -> None:
        """Open the connection and find the credentials."""
        trusted = botocore.session.get_session().get_config_variable("ca_bundle")
        self._http = URLLib3Session(verify=trusted or True, timeout=10)
        self._credentials = boto3.Session().get_credentials()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one question.

        Raises:
            CommandError: there are no credentials, or the API answered with an error.
        """
        if self._credentials is None:
            raise CommandError("There are no AWS credentials to sign the request with.")
        request = AWSRequest(
            "POST",
            self.connection.lookup_url,
            data=json.dumps(question).encode(),
            headers={"content-type": "application/json"},
        )
        signer = SigV4Auth(self._credentials, "execute-api", self.connection.region)
        signer.add_auth(request)
        response = self._http.send(request.prepare())
        if response.status_code != 200:
            raise CommandError(f"The API answered {response.status_code}: {response.text}")
        answer: dict[str, Any] = json.loads(response.text)
        return answer


@ends_plainly
def lookup(
    tracks: Annotated[list[str], typer.Argument(help="Candidate track ids")],
    audience: Annotated[list[str], typer.Option(help="Listener first, then its cohort")],
    context: Annotated[str, typer.Option(help="radio, autoplay or mixes")],
    market: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say where scores come from")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as it came")] = False,
    stack: StackOption = None,
) -> None:
    """Ask for the promotion scores of candidate tracks."""
    caller = SignedCaller(connect(stack))
    question = {
        "audience_ids": audience,
        "context": context,
        "market": market,
        "track_ids": tracks,
        "explain": explain,
    }
    answer = caller.ask(question)
    if as_json or explain:
        console.print_json(data=answer)
        return
    console.print(
        f"Plan {answer['plan_id']}, {answer['plan_age_s']} s old; scores of "
        f"{answer['audience_id']} as of {answer['scores_as_of']}."
    )
    console.print(scores_table(tracks, answer))


def scores_table(tracks: list[str], answer: dict[str, Any]) -> Table:
    """Return the answer's results as a table."""
    table = Table("track", "campaign", "score", "status")
    for result in answer["results"]:
        table.add_row(
            tracks[result["i"]],
            result["campaign_id"],
            f"{result['score']:.3f}",
            result["status"],
        )
    return table
