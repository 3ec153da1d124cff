"""The map and the pages for instructors: what the chapters say of themselves, gathered when the book is built.

    {gdl-map}               the chapters by parts, as in _toc.yml, each with its question; then those that are planned
    {gdl-prerequisites}     the graph of the chapters
    {gdl-overview}          the same as a table, with minutes
    {gdl-path} one-day      a learning path of `book/paths.yml`, with its minutes
    {gdl-lessons}           a section on each chapter: goals, minutes, exercises, what students get wrong (the file
                            book/lessons/05.md), and the slips that the checks name; the class edition, which students
                            read, has not the last two: they say too much about answers

Chapters that contradict each other, and paths that do not keep what they promise, are errors of the build.
"""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from gdl_graph import drawing
from gdl_paths import DATA, PlanError, check_path, minutes_of, order_of, read_paths, sections_of
from gdl_plan import read_plans
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from gdl_course.chapters.notebooks import STARS
from gdl_course.chapters.source import ChapterError
from gdl_course.exercises.engine.checking import chapters, checks_of

TOC = "_toc.yml"
LESSONS = "book/lessons"
PAGES = ("book/welcome", "book/instructors", "book/teaching_chapters")  # they depend on which chapters there are


class FromChapters(SphinxDirective):
    """What the directives share: the plans, addresses, and Markdown that is read as if it stood on the page."""

    def run(self):
        docnames = [name for name in self.env.found_docs if name.startswith("notebooks/")]
        files = {name: self.env.doc2path(name) for name in docnames}
        for file in [*files.values(), *(str(Path(self.env.srcdir) / name) for name in (DATA, TOC))]:
            self.env.note_dependency(file)
        try:
            self.plans = read_plans(files.values())
            self.docnames = {Path(file).stem.split("_")[0]: name for name, file in files.items()}
            self.order = order_of(self.plans)
            return self.show()
        except (ChapterError, PlanError) as problem:
            raise self.error(str(problem)) from None

    def address(self, number, anchor=""):
        """The address of a chapter, seen from this page."""
        builder = self.env.app.builder
        here, there = (builder.get_target_uri(name) for name in (self.env.docname, self.docnames[number]))
        return relative_uri(here, there) + (f"#{anchor}" if anchor else "")

    def linked(self, number):
        return f"{{doc}}`{number} </{self.docnames[number]}>`"

    def builds_on(self, number, nothing):
        """Links to what the chapter builds on, or what to say where there is nothing."""
        return ", ".join(map(self.linked, self.plans[number].builds_on)) or nothing

    def exercise(self, name):
        """A link to an exercise: its number, its title."""
        chapter = self.plans[name[:2]].chapter
        title = f"{chapter.label(name)} {chapter.prompts[name].gdl['title']}"
        return f'<a href="{self.address(name[:2], "ex-" + name.replace(".", "-"))}">{title}</a>'

    def markdown(self, lines, parent):
        self.state.nested_parse(StringList(lines, source=self.env.docname), self.content_offset, parent)
        return parent


class Map(FromChapters):
    def show(self):
        toc = yaml.safe_load((Path(self.env.srcdir) / TOC).read_text("utf8"))
        rows = {part["caption"]: self._chapters(part) for part in toc["parts"]}
        rows["Still to come"] = [
            f"| {row['chapter']} | {row['title']} | {row['question']} |"
            for row in toc.get("meta", {}).get("planned", ())
            if row["chapter"] not in self.plans
        ]
        return [self._part(caption, lines) for caption, lines in rows.items() if lines]

    def _chapters(self, part):
        numbers = [Path(page["file"]).name[:2] for page in part["chapters"] if page["file"].startswith("notebooks/")]
        plans = [self.plans[number] for number in numbers]
        links = [f"{{doc}}`{plan.chapter.title} </{self.docnames[plan.number]}>`" for plan in plans]
        return [f"| {plan.number} | {link} | {plan.question} |" for plan, link in zip(plans, links, strict=True)]

    def _part(self, caption, lines):
        section = nodes.section(ids=[nodes.make_id(caption)], names=[nodes.fully_normalize_name(caption)])
        section += nodes.title("", caption)
        return self.markdown(["| no. | chapter | the question it answers |", "|---|---|---|", *lines], section)


class Prerequisites(FromChapters):
    def show(self):
        titles = {number: plan.chapter.title.split(":")[0].split(",")[0] for number, plan in self.plans.items()}
        picture = drawing(self.order, titles, {number: self.address(number) for number in self.plans})
        return [nodes.raw("", picture, format="html")]


class Overview(FromChapters):
    def show(self):
        lines = ["| chapter | reading | exercises | builds on |", "|---|---|---|---|"]
        for number, plan in self.plans.items():
            title = f"{{doc}}`{number} {plan.chapter.title} </{self.docnames[number]}>`"
            lines.append(f"| {title} | {plan.reading} | {plan.exercises} | {self.builds_on(number, '–')} |")
        sums = (sum(getattr(plan, part) for plan in self.plans.values()) for part in ("reading", "exercises"))
        lines.append("| all, in minutes | {} | {} | |".format(*sums))
        return [self.markdown(lines, nodes.container(classes=["gdl-minutes"]))]


class LearningPath(FromChapters):
    required_arguments = 1

    def show(self):
        paths = read_paths(self.env.srcdir)
        if self.arguments[0] not in paths:
            raise PlanError(f"there is no path {self.arguments[0]}; there are {', '.join(paths)}")
        path = paths[self.arguments[0]]
        check_path(path, self.plans)
        totals = [minutes_of(session, self.plans) for session in path.sessions]
        reading, exercises = map(sum, zip(*totals, strict=True))
        lines = [
            f"Together {reading + exercises} minutes: {reading} for reading and {exercises} for exercises, "
            f"in {path.unit.lower()}s of up to {path.minutes}.",
            "",
        ]
        for n, (session, total) in enumerate(zip(path.sessions, totals), start=1):
            lines += [f"{n}. **{path.unit} {n}, {sum(total)} minutes.** {self._read(session)} {self._do(session)}", ""]
        return self.markdown(lines, nodes.container()).children

    def _read(self, session):
        parts = []
        for number, named in session.read.items():
            names = [section.short for section in sections_of(session, self.plans[number])]
            which = "" if named == "all" else f" ({', '.join(names)})"
            title = self.plans[number].chapter.title.split(":")[0]
            parts.append(f"{{doc}}`{number} {title} </{self.docnames[number]}>`{which}")
        return "Read " + "; ".join(parts) + "."

    def _do(self, session):
        whole = [f"all of chapter {name}" for name in session.exercises if name in self.plans]
        single = [self.exercise(name) for name in session.exercises if name not in self.plans]
        return f"Exercises: {', '.join([*whole, *single])}." if session.exercises else ""


class Lessons(FromChapters):
    def show(self):
        return [self._lesson(plan) for plan in self.plans.values()]

    def _lesson(self, plan):
        section = nodes.section(ids=[f"chapter-{plan.number}"], names=[f"chapter-{plan.number}"])
        section += nodes.title("", f"{plan.number} {plan.chapter.title}")
        self.markdown([*self._summary(plan), *_goals(plan), *self._minutes(plan)], section)
        if self.config.gdl_edition != "class":
            self.markdown(["**What students get wrong**", "", *self._told(plan.number)], section)
            self.markdown(self._slips(plan), section)
        return section

    def _told(self, number):
        path = Path(self.env.srcdir) / LESSONS / f"{number}.md"
        if not path.is_file():
            raise PlanError(f"{LESSONS}/{number}.md is missing: what students get wrong, and what to show")
        self.env.note_dependency(str(path))
        return path.read_text("utf8").splitlines()

    def _summary(self, plan):
        times = f"{plan.reading} minutes, the exercises {plan.exercises}"
        builds_on = f"It builds on {self.builds_on(plan.number, 'no other chapter')}."
        return [f"{{doc}}`Read the chapter </{self.docnames[plan.number]}>`: {times}. {builds_on}", ""]

    def _minutes(self, plan):
        lines = ["```{dropdown} Minutes for each section and exercise", ":class-container: gdl-minutes", ""]
        lines += ["| section | minutes, estimated |", "|---|---|"]
        lines += [f"| {section.name} | {section.reading} |" for section in plan.sections]
        lines += ["", "| exercise | decided by | minutes |", "|---|---|---|"]
        checked = {cell.exercise for cell in plan.chapter.cells if cell.role == "check"}
        for name, prompt in plan.chapter.prompts.items():
            stars, by = STARS[prompt.gdl["difficulty"]], "a check" if name in checked else "a rubric"
            lines.append(f"| {self.exercise(name)} {stars} | {by} | {prompt.gdl['minutes']} |")
        return [*lines, "```", ""]

    def _slips(self, plan):
        checks = checks_of(plan.number) if plan.number in chapters() else {}
        named = {name: checks[name].slips for name in plan.chapter.prompts if name in checks and checks[name].slips}
        if not named:
            return []
        lines = ["```{dropdown} Slips that the checks recognise and name", ""]
        for name, slips in named.items():
            lines += [f"- {self.exercise(name)}", *(f"  - {words}" for words in slips)]
        return [*lines, "```", ""]


def _goals(plan):
    """The goals as a list of Markdown."""
    return ["After it, students can", "", *(f"- {goal}" for goal in plan.goals), ""]


def notice_chapters(app, env, added, changed, removed):
    return [page for page in PAGES if page in env.found_docs] if added or removed else []


def setup(app):
    app.add_directive("gdl-map", Map)
    app.add_directive("gdl-prerequisites", Prerequisites)
    app.add_directive("gdl-overview", Overview)
    app.add_directive("gdl-path", LearningPath)
    app.add_directive("gdl-lessons", Lessons)
    app.connect("env-get-outdated", notice_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
