"""The size of the package, which holds the templates, the model, onnxruntime and numpy, or is no package."""

from collections.abc import Iterator

from bench.ground import Ground
from bench.rows import Row, at_most
from infra import layer, package
from infra.archive import sizes_of

ZIPPED, UNZIPPED = 45, 150


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    sizes = package.build()
    for name, limit in (("zipped", ZIPPED), ("unzipped", UNZIPPED)):
        figure = round(sizes[name] / 1e6, 1)
        bound, holds = at_most(limit, figure)
        yield Row(f"package.{name}", f"build/kulanz.zip, {name}", figure, "MB", bound=bound, holds=holds)
    of_layer = sizes_of(layer.LAYER)
    for name, most in layer.MOST.items():
        figure = round(of_layer[name] / 1e6, 1)
        bound, holds = at_most(most / 1e6, figure)
        yield Row(f"layer.{name}", f"build/documents-layer.zip, {name}", figure, "MB", bound=bound, holds=holds)
