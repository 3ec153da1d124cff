"""How the source of a chapter begins, for tests that write one."""

HEADER = """\
---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
---

"""
