"""The rules of the house: who may import whom, which library has which room, how long, named and annotated code is."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house.code import Module, room_of
from tests.house.layers import HEIGHT

LIBRARY_ROOMS = {
    # A library and the rooms, or the one module of a room, that may import it; none: not in the job at all.
    "shapely": ("geometry",),
    "geopandas": (),
    "pandas": ("library.results",),
    "polars": ("library.results",),
    "pyogrio": ("read.places.gdal", "export.formats.flatgeobuf"),
    "pyproj": (
        "read.places.systems",
        "read.places.circles",
        "locate.geodesics",
        "explain.geodesy",
        "export.formats.geoparquet",
    ),
    "numba": ("compiled",),
    "llvmlite": ("compiled",),
    "jinja2": ("report",),
    "xlsxwriter": ("export.formats.workbook",),
    "h3": ("jobs.cells",),
    "rich": ("terminal",),
    "prometheus_client": ("history.metrics",),
    "pydantic": ("settings", "jobs"),
    "boto3": ("aws",),
    "botocore": ("aws",),
    "fsspec": ("stores.others",),
    "pyiceberg": ("read.pings.iceberg",),
    "pyspark": ("engines.spark", "publish", "platforms", "daemon", "spark"),
    "py4j": ("engines.spark", "publish"),
    "kubernetes": ("launch.kubernetes",),
    "awsglue": ("platforms.glue",),
}
STEPS = (
    "pipeline",
    "job",
    "jobs",
    "counting",
    "counts",
    "scan",
    "clean",
    "locate",
    "shuffle",
    "aggregate",
    "check",
    "report",
    "read",
)
"""The rooms that know no engine but by its interface, and no platform."""

SURROUNDINGS = (
    "os.environ",
    "os.getenv",
    "sys.argv",
    "datetime.now",
    "datetime.today",
    "date.today",
    "time.time",
)
MEETS_THE_SURROUNDINGS = ("cli", "__main__", "platforms", "library", "engines", "prerequisites", "aws")

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = ("util", "utils", "helper", "helpers", "common", "misc")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


Finding = tuple[int, str]
Rule = Callable[[Module], Iterator[Finding]]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """The line and full dotted name of everything that a module imports, wherever in it."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = f"footfall.{'.' * node.level}" if node.level else node.module
            yield from ((node.lineno, f"{package}.{alias.name}") for alias in node.names)


def imports_point_down(module: Module) -> Iterator[Finding]:
    """A room imports only rooms of the layers below it, by absolute names."""
    if module.room and module.room not in HEIGHT:
        yield 1, f"the room {module.room} is in no layer of LAYERS"
    for line, target in imports(module):
        if not target.startswith("footfall.") or target == "footfall.__version__":
            continue
        room = room_of(target)
        if room not in HEIGHT:
            yield line, f"imports {target}, which is in no layer of LAYERS"
        elif room != module.room and HEIGHT[room] >= HEIGHT.get(module.room, min(HEIGHT.values())):
            yield line, f"{module.room or 'the package'} imports {room}, which is not below it"


def libraries_stay_in_their_rooms(module: Module) -> Iterator[Finding]:
    """A library that has a room is imported nowhere else."""
    for line, target in imports(module):
        library = target.split(".")[0]
        its_own, rooms = module.name.removeprefix("footfall."), LIBRARY_ROOMS.get(library)
        if rooms is not None and not any(f"{its_own}.".startswith(f"{room}.") for room in rooms):
            yield line, f"{library} belongs to {' and '.join(rooms) or 'no room yet'}"


def steps_know_no_engine(module: Module) -> Iterator[Finding]:
    """Steps know engines by their interface alone."""
    for line, target in imports(module):
        is_behind = target.startswith(("footfall.engines.", "footfall.platforms"))
        interface = target.removeprefix("footfall.engines.") in ("Engine", "Stage", "Batches")
        if module.room in STEPS and is_behind and not interface:
            yield line, f"{module.room} imports {target}, which is not the interface of engines"


def files_do_not_carry_their_folder(module: Module) -> Iterator[Finding]:
    """A folder says what its files are about; none of them says it again."""
    *folders, name = module.name.split(".")
    words = {word.removesuffix("s") for word in name.split("_")} if "_" in name else set()
    for folder in folders[1:]:
        if folder.removesuffix("s") in words:
            yield 1, f"{name} carries the name of its folder {folder}"


def attributes(module: Module) -> Iterator[tuple[int, str]]:
    """The line and text of every attribute, such as `os.environ`."""
    nodes = (node for node in module.nodes if isinstance(node, ast.Attribute))
    return ((node.lineno, ast.unparse(node)) for node in nodes)


def spark_starts_in_session(module: Module) -> Iterator[Finding]:
    """Only engines/spark/session.py builds a Spark session."""
    for line, name in attributes(module):
        if name == "SparkSession.builder" and module.name != "footfall.engines.spark.session":
            yield line, "a Spark session is built only in engines/spark/session.py"


def surroundings_come_as_arguments(module: Module) -> Iterator[Finding]:
    """Environment, arguments and clock are read at the top and passed down."""
    for line, name in [*attributes(module), *imports(module)]:
        if name in SURROUNDINGS and module.room not in MEETS_THE_SURROUNDINGS:
            yield line, f"{name} is read only in {', '.join(MEETS_THE_SURROUNDINGS)}"


def files_are_short(module: Module) -> Iterator[Finding]:
    """A file fits into a reader's head."""
    lines = module.text.count("\n")
    if lines > LONGEST_FILE:
        yield lines, f"the file has {lines} lines, more than {LONGEST_FILE}"


def functions(module: Module) -> Iterator[Function]:
    """All functions and methods of a module."""
    return (node for node in module.nodes if isinstance(node, Function))


def functions_are_short(module: Module) -> Iterator[Finding]:
    """A function fits on a screen."""
    for function in functions(module):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield function.lineno, f"{function.name} has {lines} lines, more than {LONGEST_FUNCTION}"


def functions_are_annotated(module: Module) -> Iterator[Finding]:
    """Every argument but self and cls, and every result, has its type."""
    for function in functions(module):
        given = function.args
        named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        bare = [arg.arg for arg in named if arg and not arg.annotation and arg.arg not in ("self", "cls")]
        if bare or function.returns is None:
            yield function.lineno, f"{function.name} lacks the type of {', '.join(bare) or 'its result'}"


def names_say_something(module: Module) -> Iterator[Finding]:
    """No file or folder is a dumping ground."""
    for part in Path(module.path).with_suffix("").parts:
        if part in NAMES_THAT_SAY_NOTHING:
            yield 1, f"{part} does not say what is inside"


def what_is_public_is_described(module: Module) -> Iterator[Finding]:
    """Modules, public classes and functions, and all tests, have a docstring."""
    if module.text.strip() and ast.get_docstring(module.tree) is None:
        yield 1, "the module has no docstring"
    parents = [node for node in module.nodes if isinstance(node, ast.Module | ast.ClassDef)]
    for parent in parents:
        for node in [] if is_private(parent) else parent.body:
            if isinstance(node, Definition) and not is_private(node) and not ast.get_docstring(node):
                yield node.lineno, f"{node.name} has no docstring"


def is_private(node: ast.Module | Definition) -> bool:
    """Whether the name begins with an underscore."""
    return getattr(node, "name", "").startswith("_")


ARCHITECTURE = (
    imports_point_down,
    libraries_stay_in_their_rooms,
    steps_know_no_engine,
    files_do_not_carry_their_folder,
)
SURPRISES = (spark_starts_in_session, surroundings_come_as_arguments)
SIZES = (files_are_short, functions_are_short)
WORDS = (functions_are_annotated, names_say_something, what_is_public_is_described)
