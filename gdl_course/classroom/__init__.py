"""One source, many outputs: read a chapter and write the notebooks that learners and instructors get.

The chapters under `notebooks/` are MyST Markdown. This room reads them (`source`), turns their Markdown into text
that any notebook front end shows (`markdown`), and writes the learner and the solution notebooks (`notebooks`).
It needs the extra `[book]`; a learner's environment never imports it.
"""
