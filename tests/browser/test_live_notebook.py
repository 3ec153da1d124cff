"""The widgets in JupyterLab, with a kernel: what the reader clicks arrives in Python, what Python assigns is shown."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

expect = pytest.importorskip("playwright.sync_api").expect

COMMAND = [
    *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
    *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.terminals_enabled=False"),
    *("--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True"),
]
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # else it asks the network
    "notebook-extension/tracker": {"windowingMode": "none"},  # keep the cells that are out of sight in the page
}
NOTEBOOK = {
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python"}},
    "cells": [],
    "nbformat": 4,
    "nbformat_minor": 5,
}
START, LIMIT = 60, 30_000  # s, ms; generous for a busy machine
KERNEL_READY = """async () => {
    while (!window.jupyterapp?.shell.currentWidget?.sessionContext) await new Promise((done) => setTimeout(done, 50));
    const context = jupyterapp.shell.currentWidget.sessionContext;
    await context.ready;
    await context.session.kernel.info;
}"""
RUN = """async (code) => {
    const panel = jupyterapp.shell.currentWidget;
    panel.model.sharedModel.addCell({ cell_type: "code", source: code, metadata: {} });
    panel.content.activeCellIndex = panel.content.widgets.length - 1;
    const cell = panel.content.activeCell;
    await jupyterapp.commands.execute("notebook:run-cell");
    return cell.model.outputs.toJSON();
}"""
EMPTY = """() => {
    const { sharedModel } = jupyterapp.shell.currentWidget.model;
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
}"""


@contextmanager
def jupyterlab(folder):
    """The address of a JupyterLab whose files, settings and log are all in `folder`; it ends with the block."""
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf8")
    root = folder / "root"
    root.mkdir()
    (root / "live.ipynb").write_text(json.dumps(NOTEBOOK), "utf8")
    homes = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
    environment = {
        **os.environ,
        **{name: str(folder / name.lower()) for name in homes},
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel, not the user's
    }
    command, log = [*COMMAND, f"--ServerApp.root_dir={root}"], folder / "log.txt"
    with log.open("w") as output, subprocess.Popen(command, env=environment, stdout=output, stderr=output) as server:
        try:
            yield address_of(server, folder / "jupyter_runtime_dir", log)
        finally:
            server.terminate()  # it ends its kernels first
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()  # a kernel whose server is gone ends by itself


def address_of(server, runtime, log):
    """The address that the server notes down when it listens."""
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        for note in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(note.read_text("utf8"))["url"].rstrip("/")
            except json.JSONDecodeError:
                pass  # half written
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start within {START} s; its log ends:\n{log.read_text('utf8')[-3000:]}")


class LiveNotebook:
    """A notebook in JupyterLab, in a page that reaches no other host.

    `problems` collects each error whose text or origin names a widget; JupyterLab's own are not ours to test.
    """

    def __init__(self, context, address):
        self.problems = []
        self.page = context.new_page()
        self.page.set_default_timeout(LIMIT)
        local = (address, "data:", "blob:")
        context.route("**/*", lambda route: route.continue_() if route.request.url.startswith(local) else route.abort())
        self.page.on("console", lambda line: line.type == "error" and self._keep(line.text, line.location["url"]))
        self.page.on("pageerror", lambda error: self._keep(error.message, error.stack or ""))
        self.page.goto(f"{address}/doc/tree/live.ipynb")
        self.page.evaluate(KERNEL_READY)

    def run(self, code):
        """Run `code` in a new last cell; return what it printed."""
        outputs = self.page.evaluate(RUN, code)
        assert [one["evalue"] for one in outputs if one["output_type"] == "error"] == [], code
        return "".join(one["text"] for one in outputs if one["output_type"] == "stream").strip()

    def arrives(self, expression, expected):
        """Whether Python's `expression` is `expected`, at once or soon: a click and a cell may take different ways."""
        end = time.monotonic() + LIMIT / 1000
        while (found := self.run(f"print({expression})")) != expected and time.monotonic() < end:
            self.page.wait_for_timeout(200)
        return found == expected

    def widget(self, name):
        return self.page.get_by_role("region", name=name, exact=True)

    def _keep(self, text, origin):
        if any(word in (text + origin).lower() for word in ("blob:", "widget", "gdl")):  # a widget's module is a blob
            self.problems.append(f"{text} ({origin})")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: pip install 'gdl-course[book]'")
    with jupyterlab(tmp_path_factory.mktemp("jupyter")) as address:  # noqa: SIM117
        with browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce") as context:
            live = LiveNotebook(context, address)
            live.run("from gdl_course.widgets import *")
            yield live


@pytest.fixture
def notebook(lab):
    """The live notebook without cells. At the end of the test no widget must have caused an error."""
    lab.page.evaluate(EMPTY)
    yield lab
    assert lab.problems == []


def is_chosen(widget, name):
    """Wait until the chip with this name is the chosen one."""
    expect(widget.get_by_role("radio", name=name, exact=True)).to_be_checked(timeout=LIMIT)
    return True


def says(widget, words):
    """Wait until the verdict has these words."""
    expect(verdict(widget)).to_contain_text(words, timeout=LIMIT)
    return True


def choose(widget, text):
    widget.locator("label").get_by_text(text, exact=True).click()


def verdict(widget):
    return widget.locator(".gdl-verdict [role=status]").first


def test_explorer_and_python_agree(notebook):
    notebook.run("e = EquivarianceExplorer()\ne")
    explorer = notebook.widget("Equivariance Explorer")
    choose(explorer, "turn 90°")
    assert notebook.arrives("e.transform", "turn")
    error = float(notebook.run("print(e.error())"))
    assert error > 0.1 and f"relative error {error:.2f}" in verdict(explorer).inner_text()
    explorer.get_by_role("grid", name="paint here").locator(".gdl-cell").first.click()
    assert notebook.arrives("e.pixels[0]", "[1, 0, 0, 0, 0, 0, 0, 0]")
    notebook.run("e.transform = 'mirror'\ne.kernel = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]")
    assert is_chosen(explorer, "mirror")
    assert says(explorer, "✓")


def test_melting_matrix_and_python_agree(notebook):
    notebook.run("m = MeltingMatrix()\nm")
    melting = notebook.widget("Melting matrix")
    choose(melting, "set")
    assert notebook.arrives("m.group, m.step, m.dimension", "S6 0 36")
    melting.get_by_role("button", name="Step", exact=True).click()
    assert notebook.arrives("m.step, m.dimension", "1 26")
    notebook.run("m.step = 5\nm.view = 'orbits'")
    assert is_chosen(melting, "orbits")
    assert says(melting, "2 free parameters instead of 36")


def test_group_explorer_and_python_agree(notebook):
    notebook.run("g = GroupExplorer()\ng")
    explorer = notebook.widget("Group explorer")
    choose(explorer, "permutations")
    assert notebook.arrives("g.group, g.subgroup.order", "S3 1")
    notebook.run("g.group, g.element, g.other, g.generators = 'D4', 4, -1, [4]")
    explorer.get_by_text("H = ⟨s⟩ = {e, s}: 8 = 2 × 4.").wait_for()
    assert says(explorer, "not normal")
    choose(explorer, "right, Hg")
    assert notebook.arrives("g.side", "right")


def test_token_shuffler_and_python_agree(notebook):
    notebook.run("s = TokenShuffler()\ns")
    shuffler = notebook.widget("Token shuffler")
    assert says(shuffler, "✓")
    choose(shuffler, "causal")
    assert notebook.arrives("s.mask", "causal")
    assert float(notebook.run("print(s.error())")) > 0.01
    assert says(shuffler, "✗")
    notebook.run("s.mask = 'none'")
    assert says(shuffler, "✓")


def test_message_stepper_and_python_agree(notebook):
    notebook.run("m = MessageStepper(rule='position')\nm")
    stepper = notebook.widget("Message stepper")
    stepper.get_by_role("button", name="Relabel", exact=True).click()
    assert notebook.arrives("sorted(m.labels) == list(range(len(m.labels))) and len(m.labels) > 0", "True")
    assert float(notebook.run("print(m.error())")) > 0.01
    assert says(stepper, "✗")
    notebook.run("m.rule = 'sum'")
    assert is_chosen(stepper, "sum")
    assert says(stepper, "✓")


def test_filter_turner_and_python_agree(notebook):
    notebook.run("t = FilterTurner(angle=0)\nt")
    turner = notebook.widget("Filter turner")
    turner.get_by_role("button", name="+ 45°", exact=True).click()
    assert notebook.arrives("t.angle", "45")
    assert float(notebook.run("print(t.error())")) > 0.01
    assert says(turner, "✗")
    notebook.run("t.angle = 90")
    assert says(turner, "✓")


def test_blueprint_builder_and_python_agree(notebook):
    notebook.run("b = BlueprintBuilder()\nb")
    builder = notebook.widget("Blueprint builder")
    builder.locator("label[for$='-set']").click()
    assert notebook.arrives("b.domain", "set")
    notebook.run("b.domain = 'grid'")
    assert says(builder, "✓")


def test_widgets_of_one_notebook_do_not_disturb_each_other(notebook):
    """Radio buttons of two widgets with the same name or id would share one choice, or answer each other's clicks."""
    notebook.run("a = EquivarianceExplorer(transform='turn')\na")
    notebook.run("m = MeltingMatrix()\nm")
    notebook.run("b = EquivarianceExplorer()\nb")
    first, last = (notebook.widget("Equivariance Explorer").nth(k) for k in (0, 1))
    melting = notebook.widget("Melting matrix")
    choose(last, "shuffle")
    choose(melting, "set")
    notebook.run("a.layer = 'relu'")
    assert is_chosen(first, "ReLU")
    assert is_chosen(first, "turn 90°")
    assert is_chosen(last, "shuffle")
    assert is_chosen(melting, "set")
    assert notebook.arrives("a.transform, b.transform, b.layer, m.group", "turn shuffle conv S6")
