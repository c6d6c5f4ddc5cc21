"""What `make bench PART=lookup` measures with."""

import json
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from types import CodeType

import pytest
from bench_lookup.measuring import Taken
from bench_lookup.parts import PARTS, part_of, shares_of, whole
from bench_lookup.runtime_api import VERSION, FunctionError, RuntimeApi

OURS = [
    name for names in PARTS.values() for name in names if name.startswith(("functions.", "shared."))
]
HANDLE = "functions.lookup_scores.handler:handle"
READ = "shared.lookup.store:LookupTables.read"
SIGN = "shared.request.signatures:Signer.call_headers"
POST = "awslambdaric.lambda_runtime_client:BaseLambdaRuntimeClient.post_invocation_result"


def functions_in(code):
    """Return the qualified names of all that a module defines."""
    inside = [each for each in code.co_consts if isinstance(each, CodeType)]
    return {each.co_qualname for each in inside}.union(*map(functions_in, inside))


@pytest.mark.parametrize("name", OURS)
def test_a_part_of_the_profile_names_a_function_that_there_is(name):
    module, _, function = name.partition(":")

    source = Path(find_spec(module).origin)

    assert function in functions_in(compile(source.read_text(), source, "exec"))


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ("runpy:_run_module_as_main", ""),
        (HANDLE, "handler"),
        (f"{HANDLE};{READ};shared.lookup.answer:somebody", "handler/read"),
        (f"{HANDLE};{READ};{SIGN};hmac:digest", "handler/read/sign"),
        (f"awslambdaric.bootstrap:run;{POST};threading:wait", "runtime client/post the answer"),
    ],
)
def test_the_innermost_function_that_is_named_decides_the_part(stack, part):
    assert part_of(stack) == part


def test_a_part_is_as_large_as_what_is_inside_it_and_its_own_work():
    shares = shares_of({HANDLE: 1, f"{HANDLE};{READ}": 2, f"{HANDLE};{READ};{SIGN}": 3, POST: 4})

    wholes = [whole(shares, p) for p in ("handler", "handler/read", "handler/read/sign")]

    assert wholes == pytest.approx([0.6, 0.5, 0.3])
    assert sum(shares.values()) == pytest.approx(1)


def test_a_ratio_takes_what_both_sides_have_in_common_off_each_round():
    taken = Taken({"handler": [9.0, 8.0, 7.0], "boto3": [15.0, 18.0, 19.0], "empty": [3.0] * 3})

    ratios = taken.ratio("handler", "boto3", without="empty"), taken.ratio("handler", "boto3")

    assert ratios == pytest.approx((5 / 15, 8 / 18))


@pytest.fixture
def api():
    """A Runtime API that is closed after the test."""
    opened = RuntimeApi()
    yield opened
    opened.close()


def test_a_function_asks_for_an_event_and_gives_back_its_answer(api):
    def function():
        connection = HTTPConnection(api.address)
        for _ in range(2):
            connection.request("GET", f"{VERSION}/invocation/next")
            got = connection.getresponse()
            event, id_ = json.loads(got.read()), got.headers["lambda-runtime-aws-request-id"]
            assert got.headers["lambda-runtime-trace-id"].endswith("Sampled=1")
            answer = json.dumps({"twice": 2 * event["once"]})
            connection.request("POST", f"{VERSION}/invocation/{id_}/response", answer)
            connection.getresponse().read()
        connection.request("GET", f"{VERSION}/invocation/next")

    Thread(target=function, daemon=True).start()

    at_its_start = api.wait()
    answers = [api.invoke(b'{"once": 1}'), api.invoke(b'{"once": 2}')]

    assert at_its_start == b""
    assert [json.loads(each.answer) for each in answers] == [{"twice": 2}, {"twice": 4}]
    assert all(0 < each.answered_s <= each.done_s for each in answers)


def test_a_function_that_fails_at_its_start_says_why(api):
    def function():
        HTTPConnection(api.address).request("POST", f"{VERSION}/init/error", "no such module")

    Thread(target=function, daemon=True).start()

    with pytest.raises(FunctionError, match="no such module"):
        api.wait()
