"""What axe-core finds wrong in a page, in a form that a failed assert can show."""


def axe_finds(view, part=None):
    """{rule: the elements that break it} in the page, or in the element `part` of it (a CSS selector)."""
    from axe_playwright_python.sync_playwright import Axe

    # Most of axe's time goes into the contrast of each glyph. Those of a formula have the colour of the text around it.
    context = {"include": [[part or "html"]], "exclude": [["mjx-math"]]}
    found = Axe().run(view, context=context, options={"preload": False, "resultTypes": ["violations"]})
    return {rule["id"]: [node["html"][:160] for node in rule["nodes"]] for rule in found.response["violations"]}
