"""The parts of a lookup's work, in words, and the functions that do them."""

from collections import defaultdict
from collections.abc import Mapping

PARTS = {
    "runtime client": ("awslambdaric.bootstrap:run", "awslambdaric.bootstrap:handle_event"),
    "runtime client/next event by a thread": (
        "awslambdaric.lambda_runtime_client:BaseLambdaRuntimeClient.wait_next_invocation",
    ),
    "runtime client/event from JSON": (
        "awslambdaric.lambda_runtime_marshaller:LambdaMarshaller.unmarshal_request",
    ),
    "runtime client/context": (
        "awslambdaric.bootstrap:create_lambda_context",
        "awslambdaric.bootstrap:update_xray_env_variable",
    ),
    "runtime client/answer to JSON": (
        "awslambdaric.lambda_runtime_marshaller:LambdaMarshaller.marshal_response",
    ),
    "runtime client/post the answer": (
        "awslambdaric.lambda_runtime_client:BaseLambdaRuntimeClient.post_invocation_result",
    ),
    "tracer": ("aws_lambda_powertools.tracing.tracer:Tracer.",),
    "tracer/begin": ("aws_xray_sdk.core.models.subsegment:SubsegmentContextManager.__enter__",),
    "tracer/end and send": (
        "aws_xray_sdk.core.models.subsegment:SubsegmentContextManager.__exit__",
    ),
    "logger": ("aws_lambda_powertools.logging.logger:Logger.inject_lambda_context",),
    "metrics": ("aws_lambda_powertools.metrics.provider.base:BaseProvider.log_metrics",),
    "metrics/add": (
        "functions.lookup_scores.handler:count",
        "aws_lambda_powertools.metrics.metrics:Metrics.add_",
    ),
    "metrics/write": (
        "aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch:"
        "AmazonCloudWatchEMFProvider.flush_metrics",
    ),
    "handler": (
        "functions.lookup_scores.handler:handle",
        "shared.lookup.answer:answer_question",
        "shared.lookup.answer:Answered.timings",
    ),
    "handler/question": ("functions.lookup_scores.request:question_of",),
    "handler/read": ("shared.lookup.store:LookupTables.read",),
    "handler/read/turn and tries": ("shared.table.signed_calls:SignedCalls.call",),
    "handler/read/sign": ("shared.request.signatures:Signer.call_headers",),
    "handler/read/send": ("shared.request.connections:Connection.exchange",),
    "handler/read/receive": ("shared.request.connections:Connection._answer",),
    "handler/read/decode": (
        "shared.table.signed_calls:_check",
        "shared.table.signed_calls:_told",
    ),
    "handler/read/items from base64": ("shared.lookup.store:reading_of",),
    "handler/read/unpack row": ("shared.score.packed_row:unpack_row",),
    "handler/score": ("shared.lookup.answer:compose_answer",),
    "handler/score/tracks of campaigns": ("shared.lookup.live_plan:LivePlan.promoted",),
    "handler/score/offers": ("shared.lookup.allotments:_held",),
    "handler/score/net values": ("shared.lookup.allotments:_net_values",),
    "handler/score/threshold": ("shared.lookup.thresholds:threshold",),
    "handler/score/allot": (
        "shared.lookup.allotments:allot",
        "shared.lookup.allotments:RowAllotments",
    ),
    "handler/score/find candidates": ("shared.lookup.answer:_results",),
    "handler/encode": ("functions.lookup_scores.response:answered",),
}
"""By part, a path of words: how the names of its functions begin, `module:function`.

A function that is named nowhere belongs to whoever called it; the innermost that is named decides.
"""

_FUNCTIONS = {name: part for part, names in PARTS.items() for name in names}


def part_of(stack: str) -> str:
    """Return the part that a stack, its functions from outermost to innermost, is in; or none."""
    for function in reversed(stack.split(";")):
        named = [name for name in _FUNCTIONS if function.startswith(name)]
        if named:
            return _FUNCTIONS[max(named, key=len)]
    return ""


def shares_of(stacks: Mapping[str, int]) -> dict[str, float]:
    """Return the share of each part in all stacks, without the parts below it."""
    counts: dict[str, int] = defaultdict(int)
    for stack, count in stacks.items():
        counts[part_of(stack)] += count
    return {part: counts[part] / sum(counts.values()) for part in ("", *PARTS)}


def whole(shares: Mapping[str, float], part: str) -> float:
    """Return the share of a part with all below it."""
    return sum(share for each, share in shares.items() if f"{each}/".startswith(f"{part}/"))
