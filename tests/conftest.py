"""What the tests of a run share: one local AWS, one payment double, one house between them."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.journeys.stack import stop_all
from tests.local.payment_office import Office
from tests.real import House, LocalAws
from tests.sampling import leave_the_rest_for_long

# For `make mutate`, where one example that fails is enough and the same ones are tried every time.
settings.register_profile(
    "mutate",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=30,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=tuple(HealthCheck),
)
# A machine that does other things at the same time is slow, and no test is false for that.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
gc.disable()  # until everything is collected: none of it is garbage

TOGETHER = "package"  # these share a deployment of their own
# What takes longest begins first, so that no process is left alone with it in the end.
LONGEST = (
    *("stack", TOGETHER, "test_machine", "test_routes_guard", "test_axe", "test_stack", "test_load"),
    *("test_every_page", "test_local_aws", "test_sending", "test_simulation", "test_reconciling"),
)


def _process(item: pytest.Item) -> str:
    """Which tests share a process of the run: all on the stack, all of the package, else a file's."""
    if item.path.parent.name == TOGETHER:
        return TOGETHER
    return "stack" if "stack" in getattr(item, "fixturenames", ()) else item.path.stem


@pytest.hookimpl(tryfirst=True)  # before the plugin that shares the groups out reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process of a run has the stack and begins with it; the other long ones follow, whole as they are."""
    leave_the_rest_for_long(items)
    order, places = {name: place for place, name in enumerate(LONGEST)}, dict[pytest.Item, int]()
    for item in items:
        name = _process(item)
        item.add_marker(pytest.mark.xdist_group(name))
        places[item] = order.get(name, len(order))
    items.sort(key=places.__getitem__)


def pytest_collection_finish() -> None:
    """What was collected stays to the end of the run: it need not be looked through again for garbage."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """What is held at the end is let go of as in any other process."""
    gc.unfreeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The run's stacks stop before its processes end: whoever waits for those does not wait long."""
    stop_all(session.config)


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    aws = LocalAws(tmp_path_factory.mktemp("aws"))
    yield aws
    aws.stop()


@pytest.fixture(scope="session")
def house(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    payments = Office(tmp_path_factory.mktemp("payments"))
    house = House(local_aws, payments)
    yield house
    house.close()
    payments.close()
