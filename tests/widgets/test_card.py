"""What every widget does with its state (card.js), in Node on a small card: a row of `size` places, one of them chosen."""

import json
import subprocess

import pytest
from javascript import node

from gdl_course.widgets.shared.course_widget import WIDGETS

PRELUDE = """
class Element extends EventTarget {
  classList = { add() {} };
  setAttribute(name, value) { this[name] = value === "" || value; }
  append() {}
  remove() { this.removed = true; }
  closest() { return null; }
  matches(selector) { return selector === this.kind; }
}
globalThis.document = { createElement: () => new Element() };
const { UndoCard } = await import(CARD);

class Row extends UndoCard {
  constructor(host) {
    super(host);
    card = this;
    this.shown = [];
    this.begin("row");
  }
  build() { [this.card, this.foot] = [new Element(), new Element()]; }
  fit(state) { return { ...state, place: Math.min(state.place, state.size - 1) }; }
  traits(state) { return { ...state, place: state.place === 0 ? null : state.place }; }
  show(before) { this.shown.push([before ?? null, this.state]); }
}

let card;
const schema = ["size", "place"].map((name) => ({ name, key: name, kind: "whole", min: 0 }));
const model = { schema, size: 3, place: 2, saved: 0, heard: {},
  get(name) { return this[name]; },
  set(name, value) { if (this[name] !== value) { this[name] = value; this.heard[`change:${name}`]?.(); } },
  on(event, callback) { this.heard[event] = callback; },
  off(event) { delete this.heard[event]; },
  save_changes() { this.saved += 1; } };
const life = new AbortController(), el = new Element();
const end = Row.render({ model, el, signal: life.signal });
const press = (more, target = el) => {
  const event = Object.assign(new Event("keydown", { cancelable: true }), { key: "z", ctrlKey: true, ...more });
  if (target !== el) Object.defineProperty(event, "target", { value: target });
  el.dispatchEvent(event);
  return event.defaultPrevented;
};
"""
START = {"size": 3, "place": 2}


def after(script):
    """What `script` returns: it has `card`, its `model` and element `el`, `press`, `end` and `life`."""
    card = json.dumps((WIDGETS / "shared/card.js").as_uri())
    code = f"{PRELUDE.replace('CARD', card)}\nconsole.log(JSON.stringify((() => {{ {script} }})()));"
    done = subprocess.run([node(), "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_change_is_shown_whole_and_saved_once():
    shown, saved = after("card.change({ size: 9, place: 8 }); return [card.shown, model.saved];")
    assert shown == [[None, START], [START, {"size": 9, "place": 8}]] and saved == 1


def test_half_a_change_of_the_model_is_fitted_and_is_no_step_to_undo():
    script = "model.set('size', 2); model.set('place', 0); return [card.shown, card.undoButton.disabled, model.saved];"
    halves = [[None, {"size": 2, "place": 1}], [None, {"size": 2, "place": 0}]]
    assert after(script) == [[[None, START], *halves], True, 0]


def test_the_model_has_its_own_way_to_write_a_state():
    assert after("card.change({ place: 0 }); return [card.state.place, model.place];") == [0, None]


def test_a_gesture_is_one_step_to_undo():
    drags = "for (const size of [4, 5, 6]) card.drag({ size }); card.settle(); "
    assert after(drags + "return [card.past, model.size, model.saved, card.undoButton.disabled];") == [
        [START],
        6,
        1,
        False,
    ]
    assert after(drags + "card.undo(); return [card.state, model.size, card.undoButton.disabled];") == [START, 3, True]


def test_a_gesture_that_ends_where_it_began_is_no_step():
    assert after("card.drag({ size: 4 }); card.drag({ size: 3 }); card.settle(); return card.past;") == []


def test_undo_within_a_gesture_takes_back_the_gesture_alone():
    script = "card.change({ size: 5 }); card.drag({ size: 6 }); card.drag({ size: 7 }); card.undo(); "
    assert after(script + "return [card.state.size, card.past];") == [5, [START]]
    assert after(script + "card.undo(); card.undo(); return [card.state, card.past];") == [START, []]


@pytest.mark.parametrize(
    "keys, undone",
    [
        ("{}", True),
        ("{ key: 'Z' }", True),
        ("{ ctrlKey: false, metaKey: true }", True),
        ("{ ctrlKey: false }", False),
        ("{ shiftKey: true }", False),
        ("{ key: 'y' }", False),
        ("{ key: 'я', code: 'KeyZ' }", True),  # Russian
        ("{ key: 'ψ', code: 'KeyC' }", False),  # Greek, another key
        ("{ key: 'y', code: 'KeyZ' }", False),  # German: Y stands where Z stands on an English keyboard
        ("{ key: 'z', code: 'KeyY' }", True),  # German
    ],
)
def test_control_z_undoes(keys, undone):
    result = after(f"card.change({{ size: 5 }}); const taken = press({keys}); return [taken, card.state.size];")
    assert result == ([True, 3] if undone else [False, 5])


def test_control_z_in_a_number_field_is_left_to_the_field():
    script = "card.change({{ size: 5 }}); return [press({{}}, Object.assign(new Element(), {{ kind: '{}' }})), card.state.size];"
    assert after(script.format("input[type=number]")) == [False, 5]
    assert after(script.format("input[type=radio]")) == [True, 3]


@pytest.mark.parametrize("ending", ["end()", "life.abort()"])
def test_a_card_that_has_ended_is_gone_and_deaf(ending):
    script = f"card.change({{ size: 5 }}); {ending}; const taken = press(); model.set('size', 8); "
    assert after(script + "return [card.card.removed, taken, card.state.size];") == [True, False, 5]
