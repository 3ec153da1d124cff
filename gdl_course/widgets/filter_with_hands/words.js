// What the filter with hands says: steps to try, and verdicts with their numbers. No document.

import { errorText, numberText } from "../shared/parts.js";
import { TOLERANCE, handsOf } from "./math.js";

export const START = {
  tab: "filter",
  angle: 40,
  k1: "both",
  k2: "both",
  k3: "off",
  picture: "leaf",
  row: 43,
  column: 20,
  size: "large",
  show: "picture",
};

/** Three experiments: what to set, and what to expect. */
export const STEPS = [
  {
    title: "Add the hand k = 3.",
    expect: "✓ Sharper: 7 convolutions, and as exact.",
    state: { ...START, k3: "both" },
  },
  {
    title: "Forbid the partner sin 2φ.",
    expect: "✗ That hand is held on its axis. Drag the handle: the filter refuses.",
    state: { ...START, k2: "cosine" },
  },
  {
    title: "On pixels, turn by 45°, then 90°.",
    expect: "✗ 45° is not exact. ✓ 90° is, to rounding.",
    state: { ...START, tab: "pixels", angle: 45 },
  },
];

export const SIZES = { small: "small, 7 × 7", medium: "medium, 13 × 13", large: "large, 21 × 21" };
export const TABS = { filter: "One filter", pixels: "On pixels" };
const HARMONIC = ["", "φ", "2φ", "3φ"];

/** An angle with a true minus sign. */
export const degrees = (angle) => `${numberText(angle)}°`;
/** A share in per cent: one decimal below 10 %, and never 0 % for what is not 0. */
export function percent(share) {
  if (share < 1e-9) return "0 %";
  return share < 0.001 ? "below 0.1 %" : `${numberText(100 * share, share < 0.1 ? 1 : 0)} %`;
}

const list = (words) => (words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0]);
const forbidden = (hands) => hands.flatMap((hand, k) => (hand === "cosine" ? [k] : []));
const sines = (hands) => list(forbidden(hands).map((k) => `sin ${HARMONIC[k]}`));

/** The hand of the button in the verdict: the highest frequency that is on. 0 if there is none. */
export const highest = (hands) => hands.reduce((best, hand, k) => (hand === "off" ? best : k), 0);

/** The other controls in one line: their present values. */
export function settings(state) {
  const lost = forbidden(handsOf(state));
  return [
    state.picture,
    state.show === "response" ? "response everywhere" : null,
    `${state.size} filter`,
    lost.length ? `without ${sines(handsOf(state))}` : "all sines",
  ].filter(Boolean);
}

/** What the convolutions and the hands make of one place: `found` is what atOnePlace() of the mathematics returns. */
export function verdictOnFilter(state, found) {
  const hands = handsOf(state),
    lost = forbidden(hands),
    top = highest(hands);
  const count = `${found.convolutions} convolutions, 360 responses.`;
  const largest = `Largest difference from 360 turned filters: ${errorText(found.gap)}.`;
  if (found.round) {
    return {
      status: "partly",
      headline: "A round filter: nothing to turn.",
      detail: "Its response is the same at every angle.",
      why: "Switch on a hand with k above 0.",
      action: null,
    };
  }
  if (lost.length === 0) {
    return {
      status: "yes",
      headline: "The curve is exact.",
      detail: count,
      why: largest,
      action: `Forbid sin ${HARMONIC[top]}`,
    };
  }
  const exactHere = found.missing < TOLERANCE;
  return {
    status: "no",
    headline: "It refuses to turn.",
    detail: `${exactHere ? "Nothing" : percent(found.missing)} is missing at ${degrees(state.angle)}.`,
    why: `Without ${sines(hands)} it reads ${two(found.value)}, not ${two(found.ought)}. ${largest}`,
    action: "Give it back",
  };
}

const two = (value) => numberText(value, 2);

/** What a turn of picture and filter costs on the pixels: `found` is what onPixels() returns. */
export function verdictOnPixels(state, found) {
  const hands = handsOf(state),
    lost = forbidden(hands),
    action = lost.length ? "Give it back" : null;
  if (state.angle % 360 === 0)
    return {
      status: "partly",
      headline: "Nothing is turned yet.",
      detail: "The response is compared with itself.",
      why: "Drag the handle.",
      action,
    };
  const angle = degrees(state.angle);
  if (found.gap <= TOLERANCE * found.scale)
    return {
      status: "yes",
      headline: `Exact at ${angle}.`,
      detail: `Largest difference ${errorText(found.gap)}: rounding.`,
      why: "A quarter turn carries every pixel onto a pixel.",
      action: action ?? "Try 45°",
    };
  if (lost.length)
    return {
      status: "no",
      headline: `At ${angle} the filter did not turn.`,
      detail: `Error ${percent(found.error)}.`,
      why: `Without ${sines(hands)}. The picture alone, turned there and back: ${percent(found.alone)}.`,
      action,
    };
  return {
    status: "no",
    headline: `Not exact at ${angle}.`,
    detail: `Error ${percent(found.error)}.`,
    why: `No pixel lands on a pixel. The picture alone, turned there and back: ${percent(found.alone)}.`,
    action: "Try 90°",
  };
}

/** What stands beside hand k, and what is said of it. */
export function handWords(k, hand, angle, share) {
  const turned = `turned ${degrees(k * angle)}`;
  const turn = { both: k === 0 ? "stays" : `${k} × ${degrees(angle)}`, cosine: "held", off: "off" }[hand];
  const adds = hand === "off" ? "" : `, adds ${two(share)}`;
  const said = { both: k === 0 ? "does not turn" : turned, cosine: "without its sine, held on its axis", off: "off" }[
    hand
  ];
  return {
    turn,
    label: `Hand k = ${k}: ${said}${adds}`,
    title: hand === "off" ? `Sharper: switch k = ${k} on, 2 more convolutions` : `Switch k = ${k} off`,
  };
}

/** The curve of responses in words. */
export function curveText(found) {
  return (
    `Response under the ring against the angle: strongest ${two(Math.max(...found.read))} at ` +
    `${degrees(found.strongest)}, weakest ${two(Math.min(...found.read))}.`
  );
}

/** The curve of errors in words, as far as it is known. */
export function errorCurveText(layer, alone) {
  const known = layer.flatMap((error, i) => (error === null ? [] : [i]));
  if (known.length < layer.length) return "Error against the angle: being computed.";
  return (
    "Error against the angle from 0° to 90°: " +
    `${percent(layer[Math.floor(layer.length / 2)])} at 45°, ${percent(layer.at(-1))} at 90°; ` +
    `the picture alone, turned there and back, ${percent(alone[Math.floor(alone.length / 2)])} at 45°.`
  );
}
