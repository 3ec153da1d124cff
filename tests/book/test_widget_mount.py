"""The static mount: what the Sphinx extension makes of a page with widgets, and what its script does in a browser."""

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import ipywidgets
import nbformat.v4
import pytest
from ipywidgets.embed import dependency_state

from gdl_course.widgets.melting.widget import MeltingMatrix

EXTENSIONS = Path(__file__).parents[2] / "book" / "_ext"
VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
CONF = """
import sys
sys.path.insert(0, {path!r})
extensions = ["myst_nb", "gdl_widgets"]
nb_execution_mode = "off"
exclude_patterns = ["_build"]
"""


def extension():
    """The extension as a module, without putting its folder on the path of all tests."""
    spec = importlib.util.spec_from_file_location("gdl_widgets", EXTENSIONS / "gdl_widgets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook(*shown):
    """A notebook that stores what its widgets were, as an executed one does."""
    outputs = [
        nbformat.v4.new_output(
            "display_data", {VIEW: {"model_id": w.model_id, "version_major": 2}, "text/plain": repr(w)}
        )
        for w in shown
    ]
    cells = [nbformat.v4.new_markdown_cell("# A page"), *(nbformat.v4.new_code_cell("w", outputs=[o]) for o in outputs)]
    state = {"version_major": 2, "version_minor": 0, "state": dependency_state(shown, drop_defaults=False)}
    metadata = {"widgets": {STATE: state}, "language_info": {"name": "python", "pygments_lexer": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def build(folder, pages):
    """Build the pages (name -> text) with nothing but MyST-NB and the extension; return (folder, what Sphinx said)."""
    (folder / "conf.py").write_text(CONF.format(path=str(EXTENSIONS)))
    (folder / "index.md").write_text("# Start\n\n```{toctree}\n:glob:\nsub/*\n```\n")
    (folder / "sub").mkdir(exist_ok=True)
    for name, text in pages.items():
        (folder / "sub" / name).write_text(text)
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(folder), str(folder / "_build/html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "_build/html", done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with two widgets, one of them shown twice, on one page, and none on another."""
    first, second = MeltingMatrix(), MeltingMatrix(group="p4", step=6, view="orbits")
    pages = {"widgets.ipynb": notebook(first, second, first), "plain.md": "# Plain\n\nText."}
    folder, said = build(tmp_path_factory.mktemp("site"), pages)
    assert said == ""
    return folder


@pytest.fixture(scope="module")
def rebuilt(site, tmp_path_factory):
    """The site, built once more by other kernels: the widgets' code has changed, a new page needs a kernel."""
    folder = tmp_path_factory.mktemp("rebuilt") / "site"
    shutil.copytree(site.parent.parent, folder)
    first, second = MeltingMatrix(), MeltingMatrix(group="p4", step=6, view="orbits")
    for widget in first, second:
        widget._esm = str(widget._esm) + "\n// changed\n"
    return build(
        folder, {"widgets.ipynb": notebook(first, second, first), "slider.ipynb": notebook(ipywidgets.IntSlider())}
    )


@pytest.fixture(scope="module")
def page(site):
    return (site / "sub" / "widgets.html").read_text()


def test_page_asks_no_other_host(page):
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
    assert loaded and not [url for url in loaded if "//" in url]


def test_page_holds_no_code_of_a_widget_and_no_manager(page):
    assert not re.search(r"_esm|widget-state\+json|widget-view\+json|require\.?js|html-manager", page)


def test_each_view_has_a_mount_and_views_of_one_widget_share_their_model(page):
    assert re.findall(r'<div class="gdl-mount[^>]*data-model="(\d)"', page) == ["0", "1", "0"]


def test_every_file_is_loaded_once_and_named_after_its_content(page, site):
    names = re.findall(r'<(?:script async src|link rel="stylesheet" href)="\.\./_static/widgets/([^"]+)"', page)
    assert sorted(name.split("-")[0].split(".")[-1] for name in names) == ["css", "js", "mount"]
    text = (site / "_static" / "widgets" / names[0]).read_bytes()
    assert hashlib.sha256(text).hexdigest()[:16] in names[0]


def test_no_file_lies_there_that_no_page_names(page, site):
    assert {path.name for path in (site / "_static" / "widgets").iterdir()} == set(
        re.findall(r"_static/widgets/([^\"]+)\"", page)
    )


def test_reader_without_scripts_gets_a_picture_with_alt_text(page, site):
    pictures = re.findall(r'<noscript><img src="\.\./([^"]+)" alt="([^"]+)"></noscript>', page)
    assert len(pictures) == 3
    assert all((site / source).read_text().startswith("<svg") and len(alt) > 40 for source, alt in pictures)


def test_state_on_the_page_is_the_widgets(page):
    states = [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]
    assert [(s["group"], s["step"], s["view"]) for s in states] == [
        ("C8", 3, "values"),
        ("p4", 6, "orbits"),
        ("C8", 3, "values"),
    ]


def test_page_without_widgets_loads_nothing_of_theirs(site):
    assert "widgets" not in re.sub(r'href="widgets.html"', "", (site / "sub" / "plain.html").read_text())


def test_page_does_not_depend_on_the_kernel_that_ran_it(page, rebuilt):
    def mounts(text):
        return re.findall(r"<div class=.gdl-mount.*", re.sub(r"[0-9a-f]{16}\.js", "", text))

    assert mounts(page) == mounts((rebuilt[0] / "sub/widgets.html").read_text()) != []


def test_changed_widget_replaces_its_file(site, rebuilt):
    old, new = ({path.name for path in (folder / "_static/widgets").glob("*.js")} for folder in (site, rebuilt[0]))
    assert len(old - new) == len(new - old) == 1
    text = (rebuilt[0] / "sub/widgets.html").read_text()
    assert all(name in text for name in new) and not any(name in text for name in old - new)


def test_widget_that_needs_a_kernel_is_a_warning(rebuilt):
    folder, said = rebuilt
    assert said.count("WARNING") == 1 and "an output is a widget that needs a kernel" in said
    assert "gdl-mount" not in (folder / "sub/slider.html").read_text()


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ('import { h } from "https://cdn.example/h.js";\nexport default {};', "import { h }"),
        ("const a = 1;", "0 default exports"),
        ("export { a as default };", "0 default exports|export { a as default }"),
    ],
)
def test_module_that_cannot_stand_alone_is_refused(module, problem):
    with pytest.raises(ValueError, match=problem):
        extension().as_script(module, "a.js")


# ---- in a browser ----


@pytest.fixture
def mounted(browser):
    """mounted(module, state) -> a page on which that module was mounted, its scripts arriving in that order."""
    context = browser.new_context()

    def opened(module, state, views=1):
        page = context.new_page()
        view = f'<div class="gdl-mount" data-module="a.js" data-model="0"><script type="application/json">{json.dumps(state)}</script></div>'
        page.set_content(view * views)
        page.add_script_tag(content=(EXTENSIONS / "gdl_mount.js").read_text())
        page.add_script_tag(content=extension().as_script(module, "a.js"))
        return page

    yield opened
    context.close()


COUNTER = """
export default { render({ model, el, signal }) {
  const show = () => { el.textContent = `${model.get("n")}`; };
  model.on("change:n", show);
  el.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
  el.ondblclick = () => model.off("change:n", show);
  show();
} };
"""


def test_module_that_arrives_after_the_page_is_mounted(mounted):
    page = mounted(COUNTER, {"n": 41})
    assert page.locator(".gdl-mount[data-state=ready] > div").inner_text() == "41"


def test_change_reaches_every_view_of_a_model(mounted):
    page = mounted(COUNTER, {"n": 1}, views=2)
    page.locator(".gdl-mount > div").first.click()
    assert page.locator(".gdl-mount > div").all_inner_texts() == ["2", "2"]


def test_callback_taken_off_is_not_called(mounted):
    page = mounted(COUNTER, {"n": 1}, views=2)
    page.locator(".gdl-mount > div").first.dispatch_event("dblclick")
    page.locator(".gdl-mount > div").last.click()
    assert page.locator(".gdl-mount > div").all_inner_texts() == ["1", "2"]


def test_setting_an_equal_value_is_no_change(mounted):
    module = """export default { render({ model, el }) {
      let calls = 0;
      model.on("change:list change", () => { calls += 1; });
      model.set("list", [1, 2]);
      model.set({ list: [1, 3] });
      el.textContent = `${calls}`;
    } };"""
    page = mounted(module, {"list": [1, 2]})
    assert page.locator(".gdl-mount > div").inner_text() == "2"


def test_widget_that_fails_says_so_in_its_place(mounted):
    page = mounted('export default { render() { throw new Error("no canvas"); } };', {})
    assert (
        "could not start in your browser (Error: no canvas)"
        in page.locator(".gdl-mount[data-state=failed]").inner_text()
    )


def test_melting_follows_python_through_half_a_change(mounted):
    """Python sends the group first; the step is then too large for it until the next message."""
    widget = MeltingMatrix(group="p4", step=6)
    state = {name: getattr(widget, name) for name in ("schema", "chains", *widget.state)}
    module = str(widget._esm).replace("Melting.render(host)", "Melting.render((window.model = host.model, host))")
    page = mounted(module, state)
    page.evaluate("model.set('group', 'C8')")
    assert "8 free parameters instead of 64" in page.get_by_role("status").first.inner_text()
    page.evaluate("model.set('step', 1)")
    assert "32 free parameters instead of 64" in page.get_by_role("status").first.inner_text()


def test_page_on_disk_is_alive(browser, site):
    context = browser.new_context()
    page, problems = context.new_page(), []
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((site / "sub" / "widgets.html").as_uri())
    page.wait_for_selector(".gdl-mount[data-state=ready]")
    first = page.locator(".gdl-mount").first
    first.get_by_role("button", name="Reset").click()
    assert "commutes with nothing but the identity" in first.get_by_role("status").first.inner_text()
    assert problems == []
    context.close()


def test_without_scripts_the_pictures_show(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "sub" / "widgets.html").as_uri())
    pictures = page.locator(".gdl-mount img")
    assert pictures.count() == 3
    assert all(picture.bounding_box()["width"] > 200 for picture in pictures.all())
    context.close()
