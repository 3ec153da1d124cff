"""What an assignment is worth, and what of it is kept in its file."""

import pytest

from gdl_course.chapters.source import read_chapter
from gdl_course.classroom.assignment import Exercise, find_assignment, load_assignment, make_assignment, share

HEADER = """\
---
jupytext: {text_representation: {format_name: myst}}
kernelspec: {name: python3}
---

# A chapter

"""


def exercise_text(name, function, points):
    return f"""\
+++ {{"gdl": {{"role": "prompt", "ex": "{name}", "title": "The {function}", "difficulty": 1, "minutes": 5}}}}

Write it.

```{{code-cell}} ipython3
---
gdl: {{role: solution, ex: {name}}}
---
def {function}(x):
    # BEGIN SOLUTION
    return x
    # END SOLUTION
```

```{{code-cell}} ipython3
---
gdl: {{role: check, ex: {name}, points: {points}}}
---
check("{name}", {function})
```

"""


def chapter(number, *exercises):
    text = HEADER + "".join(exercise_text(f"{number}.{function}", function, p) for function, p in exercises)
    return read_chapter(f"notebooks/{number}_name.md", text)


FIVE = chapter("05", ("roll", 1), ("flip", 2))
EIGHT = chapter("08", ("sort", 3))


def test_an_assignment_has_the_exercises_in_order_with_what_the_source_says():
    found = make_assignment([EIGHT, FIVE])
    assert found.exercises == (
        Exercise("08.sort", "8.1", "The sort", "sort", 3.0),
        Exercise("05.roll", "5.1", "The roll", "roll", 1.0),
        Exercise("05.flip", "5.2", "The flip", "flip", 2.0),
    )
    assert (found.points, found.chapters, found.title) == (6.0, ["08", "05"], "Chapters 8, 5")
    assert [exercise.function for exercise in found.of_chapter("05")] == ["roll", "flip"]


@pytest.mark.parametrize("points", [0.75, 1, 6, 7.25, 20, 100])
def test_points_add_up_to_what_was_asked(points):
    found = make_assignment([FIVE, EIGHT], points)
    assert found.points == points
    assert all(exercise.points > 0 and (4 * exercise.points).is_integer() for exercise in found.exercises)


def test_points_are_shared_in_proportion():
    assert [exercise.points for exercise in make_assignment([FIVE, EIGHT], 12).exercises] == [2, 4, 6]


@pytest.mark.parametrize("weights", [[1], [1, 1, 1], [2, 3, 3, 3, 2], [0.1, 0.2, 0.7], [1, 1, 1, 1, 1, 1, 1]])
@pytest.mark.parametrize("points", [2, 10, 33.25])
def test_a_share_is_less_than_a_step_from_the_exact_part(weights, points):
    shares = share(weights, points)
    assert sum(shares) == points
    assert all(abs(part - points * weight / sum(weights)) < 0.25 for part, weight in zip(shares, weights, strict=True))


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (0.5, "too few for 3 exercises"),
        (0, "expected a positive number"),
        (-1, "expected a positive number"),
        (20.1, "in steps of 0.25; got 20.1"),
        (float("nan"), "expected a positive number"),
        (float("inf"), "expected a positive number"),
    ],
)
def test_points_that_cannot_be_shared_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        make_assignment([FIVE, EIGHT], points)


def test_chapters_without_checked_exercises_are_refused():
    with pytest.raises(ValueError, match="none of these chapters has an exercise"):
        make_assignment([chapter("05")])


def test_a_check_of_something_else_than_a_name_is_refused():
    text = HEADER + exercise_text("05.roll", "roll", 1).replace(", roll)", ", roll(3))")
    with pytest.raises(ValueError, match=r'05_name.md:\d+: expected check\("05.roll", a_name\)'):
        make_assignment([read_chapter("notebooks/05_name.md", text)])


def test_what_is_saved_is_loaded(tmp_path):
    found = make_assignment([FIVE, EIGHT], 20)
    found.save(tmp_path / "assignment.json")
    assert load_assignment(tmp_path / "assignment.json") == found


def test_the_file_holds_no_solution(tmp_path):
    text = HEADER + exercise_text("05.roll", "roll", 1).replace("return x", "return x[::-1]")
    make_assignment([read_chapter("notebooks/05_name.md", text)]).save(tmp_path / "assignment.json")
    assert "::-1" not in (tmp_path / "assignment.json").read_text("utf8")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"exercises": [{}]}', '{"exercises": 3}', "null", "\x00"])
def test_another_file_is_no_assignment(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match="a.json is not an assignment that `gdl assign` wrote"):
        load_assignment(tmp_path / "a.json")


def test_an_assignment_is_found_beside_the_submissions_or_above_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "submissions").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="name it with --assignment"):
        find_assignment(None, tmp_path / "a" / "submissions")
    above, beside = make_assignment([FIVE]), make_assignment([EIGHT])
    above.save(tmp_path / "a" / "assignment.json")
    assert find_assignment(None, tmp_path / "a" / "submissions") == above
    beside.save(tmp_path / "a" / "submissions" / "assignment.json")
    assert find_assignment(None, tmp_path / "a" / "submissions") == beside
    assert find_assignment(tmp_path / "a" / "assignment.json", tmp_path / "a" / "submissions") == above
