"""The local stack: ministack with identity enforced, noting each right that a role asked for.

Run as a program of its own: `python rights_recorder.py FILE` becomes ministack and appends a line
of JSON to the file for each new (role or user, action, resource, outcome).
"""

import json
import sys
from pathlib import Path
from typing import Any

import ministack.app  # type: ignore[import-untyped]
from ministack.core import iam_evaluator  # type: ignore[import-untyped]


def record_rights(path: Path) -> None:
    """Note from now on what every principal but the account's root asks for, each thing once."""
    judge = iam_evaluator.evaluate
    noted: set[str] = set()

    def judge_and_note(context: Any, *policies: Any) -> Any:
        verdict = judge(context, *policies)
        line = json.dumps(
            {
                "principal": context.principal_arn,
                "action": context.action,
                "resource": context.resource_arn,
                "allowed": verdict.decision == "Allow",
            }
        )
        if line not in noted:
            noted.add(line)
            with path.open("a") as record:
                record.write(f"{line}\n")
        return verdict

    iam_evaluator.evaluate = judge_and_note


def main() -> None:
    """Become ministack on its one port: it would take 443 too where it may."""
    record_rights(Path(sys.argv.pop(1)))
    ministack.app._port_is_bindable = lambda *_: False
    ministack.app.main()


if __name__ == "__main__":
    main()
