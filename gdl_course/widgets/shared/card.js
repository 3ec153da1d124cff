// The card of a widget: its state, shared with the model, followed, undone step by step, and linked to.
// Nothing here touches the document when it is imported, so Node can import it too.

import { button, lifetime, onModelChange, permalink } from "./parts.js";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A widget whose state is the model's traits `names`.
 *
 *  A subclass calls super(host, names), sets what else it needs, and ends its constructor with this.begin(link).
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

  constructor({ model, el, life }, names) {
    Object.assign(this, { model, el, life, names });
  }

  /** Make the card, show it, and listen. `link` is the permalink's { name, read, apply }. */
  begin(link) {
    const { model, el, life } = this;
    this.state = this.read();
    this.build();
    this.foot.append(...permalink({ el, life, ...link }));
    el.classList.add("gdl");
    el.append(this.card);
    onModelChange(model, this.names, () => this.heed(), life);
    life.add(() => this.card.remove());
    this.show();
  }

  /** The possible state nearest to a given one: Python changes trait after trait, and for a moment two may not fit. */
  fit(state) { return state; }

  /** The model's traits for a state, where the model writes it in another way. */
  traits(state) { return state; }

  read() { return this.fit(Object.fromEntries(this.names.map((name) => [name, this.model.get(name)]))); }

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
  constructor(host, names) {
    super(host, names);
    Object.assign(this, { past: [], gesture: null, undoButton: button("Undo", () => this.undo(), { disabled: true }) });
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
    if (typing || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.undo();
  }
}
