// The link to a state, `page.html#explorer?layer=relu&dx=1`: written, read, followed.
// Nothing here touches the document when it is imported, so Node can import it too.
//
// Python sends the schema: a list of fields, each with a name, the key that stands for it in a link, its kind, and what
// it may be (schema.py). Here is the one codec that reads it. A widget adds what is truly its own as `own[name]`,
// { write(value, field), read(text, field, seen) } or one of the two.

import { button, h } from "./parts.js";

const DIGITS = /^-?\d{1,10}$/;
const ZERO = "a".charCodeAt(0) + 9; // a picture's cell is a letter, a for -9 to s for 9, and a dot for 0

const identity = (n) => Array.from({ length: n }, (_, i) => i);
const letterOf = (value) => (value === 0 ? "." : String.fromCharCode(ZERO + value));
const numberOf = (letter) => (letter === "." ? 0 : letter.charCodeAt(0) - ZERO);

/** The largest value of a field; it may depend on another one, whose value is then in `next`.
 *  @param {{ max?: number | { by: string, of: Record<string, number> } }} field
 *  @param {Record<string, any>} next */
const mostOf = ({ max = Infinity }, next) => (typeof max === "number" ? max : max.of[next[max.by]]);

function whole(text, field, { next }) {
  const value = DIGITS.test(text ?? "") ? Number(text) + 0 : NaN; // + 0: no negative zero
  return value >= (field.min ?? -Infinity) && value <= mostOf(field, next) ? value : undefined;
}

function wholes(text, field, seen) {
  const values = text
    ?.split(".")
    .filter(Boolean)
    .map((one) => whole(one, field, seen));
  return values?.includes(undefined) ? undefined : values;
}

function grid(text = "", { rows, cols, limit, whole: onlyWhole, letters }) {
  const values = letters ? [...text].map(numberOf) : text.split(" ").map((one) => (one === "" ? NaN : Number(one)));
  const good = (value) => Math.abs(value) <= limit && (!onlyWhole || Number.isInteger(value));
  if (values.length !== rows * cols || !values.every(good)) return undefined;
  return Array.from({ length: rows }, (_, r) => values.slice(r * cols, (r + 1) * cols));
}

const KINDS = {
  choice: { write: String, read: (text, { choices }) => choices.find((choice) => String(choice) === text) },
  text: { write: String, read: (text) => text },
  truth: { write: (value) => (value ? "1" : "0"), read: (text) => ({ __proto__: null, 0: false, 1: true })[text] },
  whole: { write: String, read: whole },
  wholes: { write: (values) => values.join("."), read: wholes },
  grid: {
    write: (table, { letters }) => (letters ? table.flat().map(letterOf).join("") : table.flat().join(" ")),
    read: grid,
  },
};

const codecOf = (field, own) => ({ ...KINDS[field.kind], ...own[field.name] });

/** Node numbers and the like, each below 36, as one character each; and back. */
export const characters = (numbers) => numbers.map((k) => k.toString(36)).join("");
export const numbersOf = (text) => [...text].map((c) => parseInt(c, 36));

/** What `field` may be, read from `text` by its kind alone; undefined where it does not fit. */
export const readField = (text, field, seen) => KINDS[field.kind].read(text, field, seen);

/** The codec of a permutation of size(state) things, one character each; left out where nothing moves. */
export function permutation(size) {
  function read(text, { name }, { next, state }) {
    const given = numbersOf(text ?? ""),
      n = size(next);
    if (given.length === n && identity(n).every((k) => given.includes(k))) return given;
    return text !== undefined && state[name].length === n ? state[name] : identity(n);
  }
  return { write: (p) => (p.every((k, i) => k === i) ? undefined : characters(p)), read };
}

/** A state as a link's parameters. */
export function toParameters(state, schema, own = {}) {
  const parameters = {};
  for (const field of schema) {
    const written = codecOf(field, own).write(state[field.name], field);
    Object.assign(parameters, typeof written === "object" ? written : { [field.key]: written });
  }
  return Object.fromEntries(Object.entries(parameters).filter(([, text]) => text !== undefined));
}

/** The inverse; what is missing or does not fit stays as it is in `state`. */
export function fromParameters(parameters, schema, state, own = {}) {
  const next = { ...state };
  for (const field of schema) {
    const value = codecOf(field, own).read(parameters[field.key], field, { next, state, parameters });
    if (value !== undefined) next[field.name] = value;
  }
  return next;
}

/** The parameters of the link to widget `name` in a URL's hash, or null. Mail programs and chats write ? as %3F, and
 *  some the whole rest so. */
export function parseLink(hash, name) {
  const [, key, mark, rest] = /^#?([\w-]*)(\?|%3F)(.*)$/is.exec(hash) ?? [];
  if (key !== name) return null;
  const query = mark === "?" || rest.includes("=") ? rest : decoded(rest);
  return Object.fromEntries(new URLSearchParams(query));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no percent code: nothing fits, and the state stays
  }
}

/** The hash that leads to widget `name` in a given state; the inverse of parseLink. */
export const linkHash = (name, parameters) => `#${name}?${new URLSearchParams(parameters)}`;

/** Whether the widget is in a static page of the book (the page marks the mount point), not in a notebook. */
export const inStaticPage = (el) => el.closest("[data-gdl-static]") !== null;

/** Read the state from the page's address, now and when it changes, and offer a button that copies it.
 *  In a notebook this does nothing: there, Python holds the state. Returns the elements to show. */
export function permalink({ el, name, read, apply, life }) {
  if (!inStaticPage(el)) return [];
  const follow = () => {
    const parameters = parseLink(location.hash, name);
    if (!parameters) return;
    apply(parameters);
    el.scrollIntoView({ block: "start" });
  };
  follow();
  window.addEventListener("hashchange", follow, { signal: life.signal });
  const said = h("span", { class: "gdl-said", role: "status" });
  const copy = async () => {
    history.replaceState(null, "", linkHash(name, read()));
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = "The link is in the address bar.";
    }
    setTimeout(() => {
      said.textContent = "";
    }, 4000);
  };
  return [button("Copy link to this picture", copy, { class: "gdl-button gdl-quiet" }), said];
}
