// What the turning Earth says: names of the choices, steps to try, and verdicts with their reasons. No document.

import { errorText } from "../shared/parts.js";
import { readField } from "../shared/permalink.js";
import { axisAngle } from "./rotations.js";

export const PIXELS = {
  // each choice in words: the chip, and what it does
  5: ["5°", "2 592 pixels of 5 degrees"],
  3: ["3°", "7 200 pixels of 3 degrees"],
  1.5: ["1.5°", "28 800 pixels of 1.5 degrees"],
  none: ["none", "No pixels: the function itself is read at 2 592 places"],
};
export const CONVENTIONS = {
  right: ["right", "One convention in all places"],
  sign: ["(−1)ᵐ lost", "The Condon–Shortley sign is dropped in one place: where the coefficients are taken"],
  swapped: ["θ ↔ φ", "The two angles change places where the picture is drawn"],
  transposed: ["Dᵀ", "D is transposed"],
};

const START = { turn: [6428, 0, 2993, 7051], degree: 16, pixel: "3", convention: "right" };
/** Three experiments: what to set, and what to expect. */
export const STEPS = [
  {
    title: "Drag a globe.",
    expect: "The entries of each row churn, its bars stand still.",
    state: START,
  },
  {
    title: "Cut at degree 3, then drag.",
    expect: "✓ Continents melt into 16 numbers, and D turns those.",
    state: { ...START, degree: 3 },
  },
  {
    title: "Transpose D.",
    expect: "✗ The right globe turns the other way. No bar notices.",
    state: { ...START, convention: "transposed" },
  },
];

/** A turn as the state holds it: four whole numbers, 10 000 long together. */
export const wholeTurn = (quaternion) => {
  const length = Math.hypot(...quaternion) || 1;
  return quaternion.map((part) => Math.round((10000 * part) / length) + 0);
};

/** The fields of the state that links write in their own way: four numbers that are not all 0. */
export const fields = {
  turn: {
    read: (text, field, seen) => {
      const parts = readField(text, field, seen);
      return parts?.length === 4 && parts.some((part) => part !== 0) ? parts : undefined;
    },
  },
};

// ---- numbers ----

const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, " ");
export const degrees = (turn) => `${Math.round((axisAngle(turn).angle * 180) / Math.PI)}°`;
const times = (n, words) => `${count(n)} ${words}${n === 1 ? "" : "s"}`;

/** What was done to each globe, below it. */
export function deeds({ degree, pixel }) {
  const pixels = pixel === "none" ? 2592 : 2 * (180 / Number(pixel)) ** 2;
  return {
    left: pixel === "none" ? "the function, read anew" : `${count(pixels)} pixels looked up`,
    right: `${times((degree + 1) ** 2, "number")} times D`,
  };
}

/** The present values of the controls that are folded away. */
export const folded = ({ pixel, convention }) => [`${PIXELS[pixel][0]}`, CONVENTIONS[convention][0]];

/** The triangle for those who do not see it. */
export function triangleText({ degree }, { energies }) {
  const some = [0, 1, 2, 3].filter((l) => l <= degree);
  const list = some.map((l) => `${l}: ${energies.pixels[l].toFixed(3)} and ${energies.after[l].toFixed(3)}`).join("; ");
  return (
    `A triangle of ${times((degree + 1) ** 2, "coefficient")}, row l has 2l + 1. ` +
    `Energy of row, from the pixels and from the coefficients, ${list}.`
  );
}

// ---- the verdict: `found` is what follow() of the mathematics returns, `gaps` what gaps() does ----

/** Do the two globes agree, by how much not, and why. */
export function verdictOf(state, found, gaps) {
  const { degree, pixel, convention } = state,
    detail = `Largest difference ${small(found.gap)} of the range.`;
  if (degree === 0) {
    return {
      status: "partly",
      headline: "Nothing to turn.",
      detail: "Degree 0 is a constant, the same from every side.",
      why: "Let in more degrees.",
    };
  }
  if (convention === "right") {
    return {
      status: "yes",
      headline: pixel === "none" ? "The same globe." : "The same globe, up to the pixels.",
      detail,
      why: gaps ? closing(gaps) : "",
    };
  }
  const why = SLIPS[convention];
  if (found.same) {
    return {
      status: "partly",
      headline: "A slip, too small to see here.",
      detail: `${detail} Pixels alone may make ${small(found.allowed)}.`,
      why,
    };
  }
  return { status: "no", headline: "Not the same globe.", detail, why };
}

const small = (share) => (share >= 0.001 ? String(Number(share.toPrecision(2))) : errorText(share));

/** The gap by size of pixel. */
const closing = ({ 5: coarse, 3: middle, 1.5: fine, none }) =>
  `Pixels of 5° differ by ${small(coarse)}, 3° by ${small(middle)}, 1.5° by ${small(fine)}, ` +
  `none by ${small(none)}: D loses nothing.`;

const SLIPS = {
  sign: "(−1)ᵐ is half a turn about the poles, left out once. Each row keeps its energy: no bar finds this slip.",
  swapped: "The coefficients are right, but the picture takes longitude for polar angle: it is no turned Earth at all.",
  transposed: "Dᵀ = D(R⁻¹) turns the other way. Each row keeps its energy: no bar finds this slip.",
};
