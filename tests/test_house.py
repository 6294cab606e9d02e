"""The rules of the house, checked on the sources; each rule is shown an offence, so that it cannot sleep."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.benchmarks.starts import EXPORT

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "kvtui").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PURE = [
    path
    for path in SOURCES
    if path.relative_to(ROOT).parts[1] in {"airflow", "migration", "outputs", "settings"}
    and "store" not in path.parts
]
CONSOLE = [path for path in SOURCES if path.relative_to(ROOT).parts[1] == "console"]
ROOMS = sorted({path.relative_to(ROOT / "kvtui").parts[0].removesuffix(".py") for path in SOURCES})
LIGHT = [room for room in ROOMS if room not in {"console", "emulator", "__init__"}]
"""The rooms, and the modules beside them, that cost next to nothing to import."""
HEAVY = {"textual", "rich", "azure", "msal", "msgraph", "aiohttp", "httpx", "requests", "cryptography"}

REVEALS = {
    "airflow/headlines.py": ["the shape of a value is looked at: its length and its ends"],
    "airflow/kwargs.py": ["the kwargs of a client secret hold it: that is what Airflow reads"],
    "airflow/model.py": ["the one way to a simulation's value"],
    "azure/credentials.py": ["the credential that signs in with it"],
    "azure/vault.py": ["the value that the user stores in the vault"],
    "console/panes/lookup/controller.py": ["the user reveals what the lookup found"],
    "console/panes/lookup/view.py": ["and sees it, for seconds"],
    "console/panes/secrets/view.py": ["the user reveals a secret, for seconds"],
    "headless/simulate.py": ["--show-value prints it", "and puts it into the JSON"],
    "app/digests.py": ["its digest is compared"],
    "app/importing/importer.py": [
        "a lookup is proved with the value that the vault has already",
        "a lookup's result is compared with it",
        "a connection is parsed as Airflow parses it",
        "and what the lookup found",
    ],
    "migration/plan.py": [
        "its size is checked, and that Airflow can read it as a connection",
        "what Airflow may read otherwise than meant is a warning, without the value",
    ],
    "app/lookup.py": ["the simulation is given what Airflow would be given"],
    "outputs/validation.py": ["a secret's id in the secret's place is refused"],
    "outputs/helm/values.py": ["proves that the Helm values do not hold it"],
    "settings/sources.py": ["a read secret is checked: an id is refused"],
}
"""Every place that takes a plain text out of its `SecretText` or sealed result, each with its reason."""


@dataclass(frozen=True)
class Rule:
    """Something that must not stand in any of `files`."""

    name: str
    files: list[Path]
    breaks: Callable[[ast.AST], bool]
    offence: str
    innocent: str

    def offences(self, source: str) -> list[int]:
        """The lines that break the rule."""
        return [getattr(node, "lineno", 0) for node in ast.walk(ast.parse(source)) if self.breaks(node)]


def called(node: ast.AST) -> str:
    """The dotted name that a call calls: `self.app.notify`; empty for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def keyword(node: ast.AST, name: str) -> object:
    """The constant given to a call's keyword; None when it is not given or not constant."""
    given = [k.value for k in node.keywords if k.arg == name] if isinstance(node, ast.Call) else []
    return given[0].value if given and isinstance(given[0], ast.Constant) else None


def imports_escape(node: ast.AST) -> bool:
    """`escape` of a markup module, imported or reached by attribute."""
    if isinstance(node, ast.ImportFrom):
        return bool(re.fullmatch(r"(rich|textual)\.markup", node.module or ""))
    return isinstance(node, ast.Attribute) and ast.unparse(node).endswith("markup.escape")


def parses_what_it_is_given(node: ast.AST) -> bool:
    """Markup made of anything but a literal."""
    if not called(node).endswith((".from_markup", ".from_ansi")):
        return False
    return not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant))


def touches_a_file(node: ast.AST) -> bool:
    """A call that opens, reads, writes or lists."""
    name = called(node).rpartition(".")[2]
    files = r"open|(read|write)_(text|bytes)|mkdir|unlink|rename|r?glob|iterdir|l?stat|exists"
    return bool(re.fullmatch(files, name))


def starts_a_task_or_thread(node: ast.AST) -> bool:
    """Work whose failure nobody would see."""
    name = called(node).rpartition(".")[2]
    return name in {"create_task", "ensure_future", "run_coroutine_threadsafe", "Thread", "start_new_thread"}


def makes_a_transport(node: ast.AST) -> bool:
    """A way to the network of its own: a transport, a session, a client of an HTTP library."""
    name = called(node).rpartition(".")[2]
    ways = r"\w*HttpTransport|\w*HTTPTransport|RequestsTransport|AsyncClient|ClientSession|urlopen"
    return bool(re.fullmatch(ways, name))


def patches_an_sdk(node: ast.AST) -> bool:
    """A patch whose target is one of Azure's SDKs or what they send with."""
    if not re.search(r"\b(setattr|setitem|delattr|patch)\b", called(node)):
        return False
    sdk = (
        r"(?<![\w.])(azure|msgraph|msgraph_core|msal|kiota_\w+)\.|(Secret|GraphService)Client|\w+Credential\b"
    )
    return bool(re.search(sdk, ast.unparse(node)))


def is_skipped(node: ast.AST) -> bool:
    """`skip`, `skipif`, `xfail`, `importorskip`."""
    return isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"}


RULES = [
    Rule(
        "the vault's challenge is always verified",
        SOURCES,
        lambda node: isinstance(node, ast.keyword) and node.arg == "verify_challenge_resource",
        "SecretClient(url, credential, verify_challenge_resource=False)",
        "SecretClient(url, credential)",
    ),
    Rule(
        "every request goes through a transport that is guarded",
        [path for path in SOURCES if path.name not in {"transport.py", "threads.py", "graph.py"}],
        makes_a_transport,
        "AioHttpTransport()",
        "transport(limits, service_host(host))",
    ),
    Rule(
        "nothing is made safe by a markup module's escape",
        SOURCES,
        imports_escape,
        "from rich.markup import escape",
        "from html import escape",
    ),
    Rule(
        "the pure rooms touch no file, but for the one writer",
        [path for path in PURE if path.name != "writer.py"],
        touches_a_file,
        "Path('.env').read_text()",
        "Path('.env').with_suffix('.bak')",
    ),
    Rule(
        "notices are never parsed as markup",
        CONSOLE,  # `Ui.notify` is not Textual's: it draws text as it is
        lambda node: (
            called(node).endswith("notify")
            and not called(node).endswith("ui.notify")
            and keyword(node, "markup") is not False
        ),
        "self.notify(text)",
        "self.notify(text, markup=False)",
    ),
    Rule(
        "markup is only ever a literal",
        CONSOLE,
        parses_what_it_is_given,
        "Content.from_markup(f'[b]{name}[/b]')",
        "Content.from_markup('[b]$name[/b]', name=name)",
    ),
    Rule(
        "the console works in workers, never in naked tasks or threads",
        CONSOLE,
        starts_a_task_or_thread,
        "asyncio.create_task(load())",
        "self.run_worker(load(), exclusive=True)",
    ),
    Rule(
        "tests talk to the emulator and patch no SDK",
        TESTS,
        patches_an_sdk,
        "monkeypatch.setattr(SecretClient, 'get_secret', fake)",
        "monkeypatch.setattr('kvtui.azure.limits.READ_SECONDS', 1)",
    ),
    Rule("no test is skipped", TESTS, is_skipped, "pytest.mark.xfail", "pytest.mark.parametrize"),
]
BY_NAME = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@BY_NAME
def test_the_sources_keep_the_rule(rule: Rule) -> None:
    assert rule.files
    found = [
        f"{path.relative_to(ROOT)}:{n}" for path in rule.files for n in rule.offences(path.read_text("utf-8"))
    ]
    assert not found


@BY_NAME
def test_the_rule_sees_an_offence_and_lets_the_right_way_pass(rule: Rule) -> None:
    assert rule.offences(rule.offence)
    assert not rule.offences(rule.innocent)


def test_the_import_contract_holds() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after `code`."""
    report = "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    program = f"import sys\n{code}\n{report}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return set(done.stderr.split())


def modules_of(room: str) -> str:
    """Import statements for every module of a room."""
    paths = [ROOT / "kvtui" / f"{room}.py", *(ROOT / "kvtui" / room).rglob("*.py")]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.exists()]
    assert names
    return "\n".join(f"import {name.removesuffix('.__init__')}" for name in names)


@pytest.mark.parametrize("room", LIGHT)
def test_importing_a_room_loads_nothing_heavy(room: str) -> None:
    assert not loaded_by(modules_of(room)) & HEAVY


def test_importing_the_console_loads_no_sdk() -> None:
    loaded = loaded_by(modules_of("console"))
    assert "textual" in loaded
    assert not loaded & (HEAVY - {"textual", "rich"})


def test_the_emulator_is_started_without_loading_it() -> None:
    assert not loaded_by("import kvtui.emulator.process, kvtui.emulator.sample_project") & HEAVY


def test_a_heavy_module_would_be_seen() -> None:
    assert "rich" in loaded_by("import rich.text")


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_a_line_of_help_loads_no_room(words: list[str]) -> None:
    loaded = loaded_by(f"from kvtui.cli.main import main\ntry: main({words!r})\nexcept SystemExit: pass")
    assert "kvtui" in loaded
    assert not loaded & (HEAVY | {"asyncio", "dotenv", "http", "ruamel", "ssl", "subprocess"})


def test_an_export_loads_neither_textual_nor_an_sdk() -> None:
    loaded = loaded_by(f"from kvtui.cli.main import main\nif main({EXPORT!r}): raise SystemExit('no export')")
    assert not loaded & (HEAVY | {"asyncio", "ssl"})


def test_no_file_is_longer_than_a_room_can_be() -> None:
    paths = [*SOURCES, *(ROOT / "styles").glob("*.tcss")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert {name: count for name, count in lengths.items() if count > 400} == {}


def test_a_secret_is_revealed_only_where_the_list_says() -> None:
    found: Counter[str] = Counter()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node).endswith(".reveal") and not node.args:
                found[str(path.relative_to(ROOT / "kvtui"))] += 1
    assert dict(found) == {name: len(reasons) for name, reasons in REVEALS.items()}


def test_the_styles_take_their_colours_from_the_theme() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)|\brgba?\(|\bhsla?\(")
    sheets = list((ROOT / "styles").glob("*.tcss"))
    assert sheets
    assert {
        sheet.name: literal.findall(sheet.read_text("utf-8"))
        for sheet in sheets
        if literal.search(sheet.read_text("utf-8"))
    } == {}


def requirements(name: str) -> Iterator[tuple[str, str]]:
    """Each locked requirement: what comes before its hashes, and the hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        requirement, _, hashes = line.partition("--hash=")
        yield requirement.strip(), hashes


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "helm.txt", "uv.txt"])
class TestTheLock:
    def test_every_requirement_is_exact_and_has_hashes(self, name: str) -> None:
        for requirement, hashes in requirements(name):
            assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", requirement), requirement
            assert hashes.startswith("sha256:"), requirement

    def test_it_names_no_registry(self, name: str) -> None:
        text = (ROOT / "requirements" / name).read_text("utf-8")
        assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_what_is_tested_is_what_runs() -> None:
    assert {one for one, _ in requirements("run.txt")} <= {one for one, _ in requirements("dev.txt")}


def test_every_dependency_is_locked_and_bounded_above() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    locked = {
        one.partition("==")[0]
        for lock in ("dev.txt", "docs.txt", "helm.txt")
        for one, _ in requirements(lock)
    }
    groups = project["dependency-groups"]
    for wanted in (*project["project"]["dependencies"], *groups["dev"], *groups["docs"], *groups["helm"]):
        name = re.match(r"[\w.-]+", wanted)
        assert name, wanted
        assert name.group().lower().replace(".", "-") in locked
        assert "==" in wanted or "<" in wanted, wanted


def test_every_option_is_in_the_documentation() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kvtui", "--help"], capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", done.stdout))
    assert len(options) > 20
    page = (ROOT / "docs/reference/options.md").read_text("utf-8")
    assert {option for option in options if not re.search(rf"`[^`]*{option}(?![\w-])", page)} == set()


def test_make_demo_installs_what_kvtui_imports_and_nothing_for_its_tests(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "-n", "-B", f"VENV={tmp_path / 'venv'}", "demo"], cwd=ROOT, capture_output=True, text=True
    )
    assert ("run.txt" in done.stdout, "dev.txt" in done.stdout) == (True, False)


OF_OTHER_PROGRAMS = {"--deployment-id", "--namespace", "--output", "--resource-group"}
"""Options of kvtui that astro, az or kubectl have, too."""


@cache
def of_a_front_end() -> re.Pattern[str]:
    """One of kvtui's options, a pane, or a key."""
    done = subprocess.run(
        [sys.executable, "-m", "kvtui", "--help"], capture_output=True, text=True, check=True
    )
    options = "|".join({*re.findall(r"(?<![\w-])--[a-z][a-z-]+", done.stdout)} - OF_OTHER_PROGRAMS)
    keys = r"\b[Pp]ress (?!a key)\w\b|\b[a-z] (?:in pane|writes|shows|rotates)\b|: [a-z][,.](?= |$)"
    return re.compile(rf"(?<![\w-])(?:{options})(?![\w-])|\bpanes? \d|{keys}")


def front_end_words(source: str) -> list[int]:
    """The lines whose texts, but for docstrings and steps' command lines, name an option, pane or key."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if called(node) == "NextStep" and isinstance(node, ast.Call):
            prose |= {id(part) for command in node.args[1:2] for part in ast.walk(command)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        if of_a_front_end().search(node.value)
    ]


def test_the_packages_below_the_front_ends_name_no_option_pane_or_key() -> None:
    below = {"airflow", "app", "azure", "core", "dags", "migration", "outputs", "project", "settings"}
    found = {
        str(path.relative_to(ROOT / "kvtui")): lines
        for path in SOURCES
        if path.relative_to(ROOT).parts[1] in below
        if (lines := front_end_words(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text", ["Give --project DIR.", "Look in pane 2.", "Press w.", "w writes it.", "Write it: w."]
)
def test_the_name_of_an_option_a_pane_or_a_key_is_seen(text: str) -> None:
    assert front_end_words(f"remedy = {text!r}") == [1]


@pytest.mark.parametrize("text", ["git ls-files --cached", "It is so: a vault.", "pip --require-hashes"])
def test_the_words_of_other_programs_are_let_pass(text: str) -> None:
    assert front_end_words(f'"""Press w."""\nremedy = {text!r}') == []


def test_a_step_s_command_line_may_be_one_of_kvtui_and_its_note_may_not() -> None:
    command = "NextStep('Write it', 'kvtui --export env', {!r})"
    assert front_end_words(command.format("Then build.")) == []
    assert front_end_words(command.format("See --export.")) == [1]
