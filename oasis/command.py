"""The command `oasis`: one file a subcommand."""

import typer

from oasis import campaign, local, plan
from oasis.check import check
from oasis.cost import cost
from oasis.dead_letters import dead_letters
from oasis.demo.run import demo
from oasis.drop import drop
from oasis.erase import erase
from oasis.export import export
from oasis.lookup import lookup
from oasis.overrule_drop import release, replay, revert
from oasis.rebuild import rebuild
from oasis.receipts import receipts
from oasis.status import status

app = typer.Typer(
    help="Promotion allocation: drop files, change campaigns, ask for scores.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(local.app, name="local")
app.add_typer(campaign.app, name="campaign")
app.add_typer(plan.app, name="plan")
app.command()(drop)
app.command()(check)
app.command()(receipts)
app.command()(replay)
app.command()(release)
app.command()(revert)
app.command()(rebuild)
app.command()(erase)
app.command()(lookup)
app.command()(export)
app.command()(status)
app.command()(dead_letters)
app.command()(demo)
app.command()(cost)
