"""What a screen reader should not be told: roles that do not fit their elements, and lists that are none.

docutils marks the bibliography with withdrawn roles. Sphinx writes the parameters of a long signature as a definition
list without terms, inside a term; here they are spans, each on its own line.
"""

import re

WITHDRAWN = (' role="doc-biblioentry"', ' role="list"')
LONG_SIGNATURE = re.compile(r"<dl>\n((?:<dd>.*?</dd>\n)+)</dl>", flags=re.DOTALL)


def drop_withdrawn_roles(app, pagename, templatename, context, doctree):
    if doctree is not None and 'class="citation' in context.get("body", ""):
        for role in WITHDRAWN:
            context["body"] = context["body"].replace(role, "")


def make_parameters_spans(app, pagename, templatename, context, doctree):
    if doctree is not None and 'class="sig-param"' in context.get("body", ""):
        context["body"] = LONG_SIGNATURE.sub(_spans, context["body"])


def _spans(found):
    lines = found[1].replace("<dd>", '<span class="gdl-parameter">').replace("</dd>", "</span>")
    return f'<span class="gdl-parameters">\n{lines}</span>'


def setup(app):
    app.connect("html-page-context", drop_withdrawn_roles)
    app.connect("html-page-context", make_parameters_spans)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
