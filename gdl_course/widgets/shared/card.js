// The card of a widget: its state, shared with the model, followed, undone step by step, and linked to.
// Nothing here touches the document when it is imported, so Node can import it too.

import { button, lifetime, onModelChange } from "./parts.js";
import { fromParameters, permalink, toParameters } from "./permalink.js";

/** The key Z, or the one in its place on a keyboard without Latin letters; on a German one Y stands there, and is Y. */
const isZ = ({ key, code }) => key.toLowerCase() === "z" || (code === "KeyZ" && !/^[a-z]$/i.test(key));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A widget whose state is those of the model's traits that the schema names.
 *
 *  A subclass calls super(host), sets what else it needs, and ends its constructor with this.begin(name, own).
 *  It has build(), which makes this.card and, in it, this.foot; and show(before), which shows this.state:
 *  `before` is the state that the reader's hand has just changed, and undefined otherwise.
 *  It may have fit(state) and traits(state), see below. */
export class Card {
  /** What a host calls: the widget in the host's element, until the host ends it. */
  static render({ model, el, signal }) {
    const life = lifetime(signal);
    new this({ model, el, life });
    return () => life.end();
  }

  constructor({ model, el, life }) {
    this.model = model;
    this.el = el;
    this.life = life;
    this.schema = model.get("schema");
    this.names = this.schema.map((field) => field.name);
  }

  /** What a field of the state may be: its choices, its limits. */
  field(name) {
    return this.schema.find((field) => field.name === name);
  }

  /** Make the card, show it, and listen. Links call it `name`; `own` are the codecs of fields that are its own. */
  begin(name, own = {}) {
    const { model, el, life, schema } = this;
    this.state = this.read();
    this.build();
    this.foot.append(
      ...permalink({
        el,
        name,
        life,
        read: () => toParameters(this.state, schema, own),
        apply: (parameters) => this.follow(fromParameters(parameters, schema, this.state, own)),
      }),
    );
    el.classList.add("gdl");
    el.append(this.card);
    onModelChange(model, this.names, () => this.heed(), life);
    life.add(() => this.card.remove());
    this.show();
  }

  /** Make the elements: a subclass sets this.card and, in it, this.foot. */
  build() {
    this.card = this.foot = null;
    throw new Error("a card builds its own elements");
  }

  /** Show this.state, after the reader's hand changed `before`.
   *  @param {object} [_before] */
  show(_before) {
    throw new Error("a card shows its own state");
  }

  /** Show the state that a link names. */
  follow(next) {
    this.change(next);
  }

  /** The possible state nearest to a given one: Python changes trait after trait, and for a moment two may not fit. */
  fit(state) {
    return state;
  }

  /** The model's traits for a state, where the model writes it in another way. */
  traits(state) {
    return state;
  }

  read() {
    return this.fit(Object.fromEntries(this.names.map((name) => [name, this.model.get(name)])));
  }

  /** The model speaks: Python (or another view of the same model) changed something, or put() did. */
  heed() {
    const next = this.read();
    if (!this.sending && !same(next, this.state)) this.accept(next);
  }

  /** Show a state that came from outside. */
  accept(next) {
    this.state = next;
    this.show();
  }

  /** Show a state that the reader's hand made, and set the model's traits; saving them is the caller's. */
  put(next) {
    const before = this.state;
    if (same(next, before)) return;
    this.state = next;
    this.sending = true; // the model speaks up after each trait; half a change is no state
    const traits = this.traits(next);
    for (const name of this.names) this.model.set(name, traits[name]);
    this.sending = false;
    this.show(before);
  }

  /** Change part of the state: sent to Python, shown. */
  change(part) {
    this.put(this.fit({ ...this.state, ...part }));
    this.model.save_changes();
  }
}

/** A card whose changes can be undone: by this.undoButton, which build() puts somewhere, and by Ctrl+Z or ⌘Z. */
export class UndoCard extends Card {
  constructor(host) {
    super(host);
    this.past = [];
    this.gesture = null;
    this.undoButton = button("Undo", () => this.undo(), { disabled: true });
    this.el.addEventListener("keydown", (event) => this.shortcut(event), { signal: this.life.signal });
  }

  /** Change part of the state: one step to undo. */
  change(part) {
    this.drag(part);
    this.settle();
  }

  /** Change it as part of a gesture, a stroke or a slide; `settle` ends the gesture and makes it one step to undo. */
  drag(part) {
    this.gesture ??= this.state;
    this.put(this.fit({ ...this.state, ...part }));
  }

  settle() {
    if (this.gesture && !same(this.gesture, this.state)) this.past.push(this.gesture);
    this.gesture = null;
    this.undoButton.disabled = this.past.length === 0;
    this.model.save_changes();
  }

  undo() {
    this.settle(); // in the middle of a gesture, it is the gesture that is undone
    const before = this.past.pop();
    if (!before) return;
    this.put(before);
    this.settle();
  }

  shortcut(event) {
    const typing = event.target.matches("input[type=number]"); // it has its own undo
    if (typing || !isZ(event) || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.undo();
  }
}
