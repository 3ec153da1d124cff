"""One source, many outputs: read a chapter, hand it out, grade what comes back. The command `gdl` is its front.

Read a chapter (needs the extra `[classroom]`, slides `[book]`: see chapters/extras):
    source      the cells of a chapter, and the part that each plays; rubric, how one marks an answer on paper
    markdown    its text as any notebook front end shows it; links, what it needs to point into the book

Hand it out:
    notebooks   the learner and the solution notebook
    assignment  which exercises, worth how much; exports, the same for nbgrader_export and otter_export (replacing)
    slides      a deck for a lecture (slides_text, slides_outputs, slides_page)

Grade, with Linux and bubblewrap, and nothing but the package itself:
    submissions what learners handed in, which nobody trusts; cells, how it is read; plan, what of it is run
    sandbox     the walls around a submission's code (hidden, seccomp); inside, what runs there; watch, what it uses
    answers     a submission's functions as the checker calls them; wire, what passes through; replies, what may
    grading     one submission, one record; batch, a class; files, how records and reports are written

Report:
    records     what was graded, made harmless to show
    reports     pages for the class and each learner (report_class, report_learner, pages), a table for a spreadsheet
    gradescope  an autograder (gradescope_run, autograder/); recipes/, scripts for classes that outgrow one machine
"""
