"""What a screen reader should not be told: docutils marks the bibliography with roles that do not fit its elements."""

WITHDRAWN = (' role="doc-biblioentry"', ' role="list"')


def drop_withdrawn_roles(app, pagename, templatename, context, doctree):
    if doctree is not None and 'class="citation' in context.get("body", ""):
        for role in WITHDRAWN:
            context["body"] = context["body"].replace(role, "")


def setup(app):
    app.connect("html-page-context", drop_withdrawn_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
