"""Finds what is wrong with a command line of a document, without running it."""

import itertools
import json
import re
import shlex
from collections.abc import Callable, Iterator

import botocore.session
import yaml
from botocore import xform_name

from footfall import __version__
from footfall.cli import parse
from footfall.errors import SettingsError
from tests.documents import ROOT

Words = list[str]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HEREDOC = re.compile(r"<<'EOF'\n(.*?)^EOF$", re.MULTILINE | re.DOTALL)
OF_ALL_AWS = ("region", "query", "output")
OF_AIRFLOW = (
    "backfill",
    "create",
    "--dag-id",
    "--from-date",
    "--to-date",
    "--max-active-runs",
    "--reprocess-behavior",
)
"""Words of Airflow's command; `tests/airflow` creates a backfill in a real Airflow."""


def commands(text: str) -> Iterator[Words]:
    """The words of each command of a script, one after the other; what stands in here-documents is left out."""
    for line in HEREDOC.sub("", text).replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;>")
        lexer.whitespace_split, words = True, Words()
        for word in lexer:
            if set(word) <= set("|&;"):
                yield words
                words = []
            elif not word.startswith(">"):
                words.append(word)
        if words:
            yield words


def defects(words: Words) -> list[str]:
    """What is wrong with a command."""
    if "/" in words[0] and not words[0].startswith(".venv/") and not (ROOT / words[0]).is_file():
        return [f"there is no {words[0]}"]
    check = CHECKS.get(words[0])
    return list(check(words[1:])) if check else [f"nothing checks commands of {words[0]}: add it to CHECKS"]


def _footfall(words: Words) -> Iterator[str]:
    try:
        parse(words)
    except SettingsError as error:
        yield str(error)


def _make(words: Words) -> Iterator[str]:
    for word in words:
        name, is_variable, _ = word.partition("=")
        start = rf"{re.escape(name)} *\?=" if is_variable else rf"(?:[\w./-]+ )*{re.escape(name)}[ :]"
        if not re.search(f"^{start}", MAKEFILE, re.MULTILINE) and name != "AIRFLOW_SERVICES":
            yield f"the Makefile has no {name}"


def _python(words: Words) -> Iterator[str]:
    if words[0] == "-m":
        path = ROOT / words[1].removeprefix("footfall.").replace(".", "/")
        path = ROOT / "job" / words[1].replace(".", "/") if words[1].startswith("footfall.") else path
        file, words = path / "__main__.py" if path.is_dir() else path.with_suffix(".py"), words[2:]
    else:
        file, words = ROOT / words[0], words[1:]
    if not file.is_file():
        yield f"there is no {file}"
        return
    source = file.read_text(encoding="utf-8")
    yield from (f"{file} knows no {word}" for word in words if word[:2] == "--" and f'"{word}"' not in source)


def _pip(words: Words) -> Iterator[str]:
    wheel = f"footfall-{__version__}-py3-none-any.whl"
    if words != ["install", wheel]:
        yield f"the wheel is {wheel}"


def _docker(words: Words) -> Iterator[str]:
    if words[0] == "compose":
        yield from _paths(words, "-f")
        return
    image = words.index("footfall:dev")
    if f"IMAGE       ?= {words[image]}" not in MAKEFILE:
        yield f"make image makes no {words[image]}"
    if not words[image + 1].startswith("/"):
        yield from _footfall(words[image + 1 :])


def _kubectl(words: Words) -> Iterator[str]:
    yield from _paths(words, "-f", "-k", "--patch-file", "kustomize")
    yield from (
        f"not JSON: {text}" for text in _values(words, "-p") if not isinstance(json.loads(text), dict)
    )


def _aws(words: Words) -> Iterator[str]:
    service, operation, *rest = words
    model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        yield f"{service} has no {operation}"
        return
    shape = model.operation_model(names[operation]).input_shape
    known = {xform_name(name, "-") for name in (shape.members if shape else ())} | set(OF_ALL_AWS)
    flags = [word[2:] for word in rest if word.startswith("--")]
    yield from (f"{service} {operation} knows no --{flag}" for flag in flags if flag not in known)


def _argo(words: Words) -> Iterator[str]:
    [template] = _values(words, "--from")
    given = [pair.partition("=")[0] for pair in _values(words, "-p")]
    yield from workflow_defects(template.removeprefix("workflowtemplate/"), given)


def _airflow(words: Words) -> Iterator[str]:
    [dag] = _values(words, "--dag-id")
    if f'dag_id="{dag}"' not in (ROOT / "airflow/dags/footfall_daily.py").read_text(encoding="utf-8"):
        yield f"there is no DAG {dag}"
    named = [word for word in words if word.startswith("--")]
    yield from (f"Airflow knows no {word}" for word in words[:2] + named if word not in OF_AIRFLOW)


def _copier(words: Words) -> Iterator[str]:
    questions = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    given = [pair.partition("=")[0] for pair in _values(words, "--data")]
    yield from (f"copier.yml asks for no {name}" for name in given if name not in questions)


def _of_github(words: Words) -> Iterator[str]:
    files = [file for word in words for file in re.findall(r"\.github/[\w/.-]+", word)]
    yield from (f"there is no {file}" for file in files if not (ROOT / file).is_file())


def _any(words: Words) -> Iterator[str]:
    yield from ()


def workflow_defects(template: str, given: list[str]) -> list[str]:
    """What a WorkflowTemplate of the repository lacks of the parameters that are given to it."""
    files = (ROOT / "k8s/components/workflows").glob("*.yaml")
    read = [each for file in files for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    found = [each for each in read if each.get("kind") == "WorkflowTemplate" and "arguments" in each["spec"]]
    for each in found:
        if each["metadata"]["name"] == template:
            known = {parameter["name"] for parameter in each["spec"]["arguments"]["parameters"]}
            return [f"{template} has no parameter {name}" for name in given if name not in known]
    return [f"there is no WorkflowTemplate {template}"]


def _values(words: Words, flag: str) -> list[str]:
    return [after for word, after in itertools.pairwise(words) if word == flag]


def _paths(words: Words, *flags: str) -> Iterator[str]:
    for path in (path for flag in flags for path in _values(words, flag) if path != "-"):
        if not (ROOT / path).exists():
            yield f"there is no {path}"


CHECKS: dict[str, Callable[[Words], Iterator[str]]] = {
    "footfall": _footfall,
    ".venv/bin/footfall": _footfall,
    "make": _make,
    "python3": _python,
    ".venv/bin/python": _python,
    "pip": _pip,
    "docker": _docker,
    "docker/test": _any,
    ".ci/run": _any,
    "kubectl": _kubectl,
    "eksctl": lambda words: _paths(words, "-f"),
    "aws": _aws,
    "argo": _argo,
    "airflow": _airflow,
    ".venv/bin/copier": _copier,
    "gh": _of_github,
    "cosign": _of_github,
    # Of the shell and of POSIX; there is nothing of ours in them.
    "export": _any,
    "cd": _any,
    "git": _any,
    ".": _any,
    "sed": _any,
}
"""What checks the commands of a program."""
