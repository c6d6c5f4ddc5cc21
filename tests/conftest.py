"""All tests: one that is told to end takes down what it started; promises are counted."""

import signal

pytest_plugins = ("tests.promises",)


def pytest_configure() -> None:
    """Take SIGTERM (a CI out of patience) as Ctrl-C, so that fixtures still end their stacks."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
