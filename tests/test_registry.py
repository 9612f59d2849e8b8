"""A new channel, country or strategy is one new file; twins and empty files are heard about."""

import sys
from types import ModuleType

import pytest

from chalicelib import registry
from chalicelib.adapters import channels
from chalicelib.domain import policies, strategies

FILE = "class Thing:\n    key = {key!r}\nTHING = Thing()\n"


@pytest.fixture
def package(tmp_path, request):
    """A package of its own on the path; its name is new for each test."""
    name = f"things_{abs(hash(request.node.name))}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    sys.path.insert(0, str(tmp_path))

    def write(file, text):
        (folder / f"{file}.py").write_text(text)

    def load():
        return __import__(name)

    yield write, load
    sys.path.remove(str(tmp_path))
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[module]


def test_one_object_per_file_by_its_key_in_order_of_the_files(package):
    write, load = package
    write("b", FILE.format(key="second"))
    write("a", FILE.format(key="first"))
    assert list(registry.collect(load(), "THING")) == ["first", "second"]


def test_a_packages_own_furniture_is_passed_over(package):
    write, load = package
    write("_base", "raise RuntimeError('never imported')")
    assert registry.collect(load(), "THING") == {}


def test_twins_are_refused_by_name(package):
    write, load = package
    write("a", FILE.format(key="same"))
    write("b", FILE.format(key="same"))
    with pytest.raises(registry.TwinKeys, match="same"):
        registry.collect(load(), "THING")


def test_a_file_that_offers_nothing_is_a_mistake(package):
    write, load = package
    write("a", "")
    with pytest.raises(AttributeError, match="THING"):
        registry.collect(load(), "THING")


@pytest.mark.parametrize(
    ("where", "name"), [(channels, "CHANNEL"), (policies, "POLICY"), (strategies, "STRATEGY")], ids=str
)
def test_each_registry_of_the_house_can_be_collected(where: ModuleType, name):
    assert registry.collect(where, name)


def test_a_language_is_one_file_and_twins_are_refused(tmp_path):
    (tmp_path / "pl.po").write_text("")
    (tmp_path / "de.po").write_text("")
    (tmp_path / "notes.txt").write_text("")
    assert list(registry.collect_files(tmp_path, ".po")) == ["de", "pl"]
    (tmp_path / "PL.po").write_text("")
    with pytest.raises(registry.TwinKeys, match="pl"):
        registry.collect_files(tmp_path, ".po")
