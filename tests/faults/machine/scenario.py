"""What a scenario is, and all there are.

    @scenario(differs=(Differs("CONTACT", "why"),))
    def a_reader_pays(stage):
        stage.open(); stage.claim()
        reader = stage.reader()
        yield stage.press(reader, reader.get("pay"), "/pay")
        assert len(stage.hosted()) == 1

Before the yield the world is put as it stands; what is yielded wakes the house and is retried; after it stands
what must be true in the end, whatever failed on the way.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .picture import Differs
from .stage import Stage, Wakes

Story = Callable[[Stage], Iterator[Wakes]]


@dataclass(frozen=True)
class Scenario:
    """A story with its name. `again_changes_it`: asked once more though all was well, it does one more."""

    name: str
    story: Story
    differs: tuple[Differs, ...] = ()
    again_changes_it: bool = False


ALL: dict[str, Scenario] = {}


def scenario(*, differs: tuple[Differs, ...] = (), again_changes_it: bool = False) -> Callable[[Story], Story]:
    """Register a story under its room and name."""

    def register(story: Story) -> Story:
        name = f"{story.__module__.rpartition('.')[2]}.{story.__name__}"
        if name in ALL:
            raise ValueError(f"two scenarios called {name}")
        ALL[name] = Scenario(name, story, differs, again_changes_it)
        return story

    return register


def scenarios() -> dict[str, Scenario]:
    """All of them, in the order of their names."""
    from . import rooms

    for module in pkgutil.iter_modules(rooms.__path__):
        importlib.import_module(f"{rooms.__name__}.{module.name}")
    return dict(sorted(ALL.items()))
