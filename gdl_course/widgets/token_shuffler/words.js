// What the token shuffler says: formulas, steps to try, verdicts, and its state as a link. No document.

import { errorText } from "../shared/parts.js";
import { permutation } from "../shared/permalink.js";
import { TOLERANCE, identity, isIdentity } from "./math.js";

/** What sees the positions; `p` is the position of the first word. */
export const FORMULAS = {
  none: "A = softmax(⟨qᵢ, kⱼ⟩ / 2): a word’s place is nowhere in it",
  absolute: "xᵢ + s(i) replaces xᵢ, with the sines and cosines s(i) of the position i",
  relative: "A = softmax(⟨qᵢ, kⱼ⟩ / 2 + b(i − j)): a number for each step along the line",
  cyclic: "A = softmax(⟨qᵢ, kⱼ⟩ / 2 + b(i − j mod n)): the words stand on a ring",
  rotary: "A = softmax(⟨R(i)qᵢ, R(j)kⱼ⟩ / 2): R(i) turns pairs of channels, so only i − j counts",
};
const REASONS = {
  none: "A score compares two words, and a sum over words does not ask for their order.",
  absolute: "Each word has the sines and cosines of its position added: elsewhere it is another token.",
  relative: "The bias sees who stands before whom, and how far: only the order itself leaves that as it is.",
  cyclic: "The bias sees i − j on a ring: a turn of the ring leaves it as it is, any other order does not.",
  rotary: "A score sees i − j: who stands before whom, and how far.",
  causal: "The mask alone knows an order: the first place sees one word, the last sees all.",
};

export const STEPS = [
  {
    title: "Hide the future: a causal mask, no positions.",
    expect: "✗ The mask alone tells “man bites dog” from “dog bites man”: only 1 of 6 orders passes.",
    state: { words: "dog bites man", order: [2, 1, 0], mask: "causal", positions: "none", offset: 0 },
  },
  {
    title: "Put the cat on a ring, and turn the ring by one.",
    expect: "✓ 6 of 720 orders pass, the turns. Now choose none: all pass, and the₁ and the₂ come out equal.",
    state: { words: "the cat sat on the mat", order: [1, 2, 3, 4, 5, 0], mask: "none", positions: "cyclic", offset: 0 },
  },
  {
    title: "Take rotary positions, and start at 9.",
    expect: "✗ The order counts, ✓ the start does not. Now choose absolute: the start counts too.",
    state: { words: "dog bites man", order: [2, 0, 1], mask: "none", positions: "rotary", offset: 9 },
  },
];

/** Names by which equal words can be told apart: "the₁", "cat", "the₂". */
export const numbered = (words) =>
  words.map((word, i) => {
    const twins = identity(words.length).filter((j) => words[j] === word);
    return twins.length === 1 ? word : word + "₁₂₃₄₅₆"[twins.indexOf(i)];
  });

// ---- verdicts: `found` is what follow() of the mathematics returns ----

const countText = ({ passing, orders }) =>
  passing === orders
    ? `All ${orders} orders pass.`
    : `${passing} of ${orders} orders ${passing === 1 ? "passes" : "pass"}.`;

/** Does the output move with the words? */
export function orderVerdict({ order, mask, positions }, found) {
  const gap = `largest difference ${errorText(found.largest)}`,
    count = countText(found);
  const why = REASONS[found.passing < found.orders && mask === "causal" ? "causal" : positions];
  if (found.largest > TOLERANCE)
    return {
      status: "no",
      headline: "The output depends on the order.",
      detail: `f(Px) ≠ P f(x): ${gap}. ${count}`,
      why,
    };
  if (found.passing === found.orders)
    return {
      status: "yes",
      headline: "The output moves with the words.",
      detail: `f(Px) = P f(x): ${gap}. ${count}`,
      why,
    };
  if (isIdentity(order))
    return {
      status: "partly",
      headline: "No word is moved yet.",
      detail: count,
      why: "Drag a word, or press Shuffle.",
    };
  return {
    status: "yes",
    headline: "The output moves with the words, in this order.",
    detail: `f(Px) = P f(x): ${gap}. But only ${count}`,
    why,
  };
}

/** One line each: { good, text } on a cyclic shift, the position of the first word, and words that occur twice. */
export function facts({ order, words }, { shift, start, twins }) {
  const line = (good, yes, no, largest) => ({
    good,
    text: `${good ? yes : no} (largest difference ${errorText(largest)}).`,
  });
  const names = numbered(words.split(" "));
  return [
    line(
      shift <= TOLERANCE,
      "A cyclic shift by one moves the output along",
      "A cyclic shift by one changes the output",
      shift,
    ),
    line(
      start.largest <= TOLERANCE,
      `Starting at ${start.offset} instead of 0 changes nothing`,
      `Starting at ${start.offset} instead of 0 changes the output`,
      start.largest,
    ),
    ...twins.map(({ places, largest }) => {
      const pair = places
        .map((i) => names[order[i]])
        .sort()
        .join(" and ");
      return {
        ...line(largest <= TOLERANCE, `${pair} come out equal`, `${pair} come out different`, largest),
        neutral: true,
      };
    }),
  ];
}

// ---- links ----

export const fields = { order: permutation(({ words }) => words.split(" ").length) };
