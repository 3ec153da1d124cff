// What the filter turner says: presets, steps to try, and verdicts with their reasons. No document.

import { errorText } from "../shared/parts.js";
import { allPosesEqual, isQuarter, nearestTurns } from "./math.js";

export const KERNELS = {
  edge: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  corner: [
    [-1, -1, -1],
    [-1, 2, 1],
    [-1, 1, 1],
  ],
  diagonal: [
    [2, -1, -1],
    [-1, 2, -1],
    [-1, -1, 2],
  ],
  hook: [
    [-1, 2, 1],
    [-1, 2, -1],
    [-1, 0, -1],
  ],
  isotropic: [
    [1, 2, 1],
    [2, 4, 2],
    [1, 2, 1],
  ],
};

const picture = (...lines) => lines.map((line) => [...line].map((c) => (c === "." ? 0 : Number(c))));
export const PICTURES = {
  F: picture(
    ".........",
    "..1111...",
    "..1......",
    "..1......",
    "..111....",
    "..1......",
    "..1......",
    ".........",
    ".........",
  ),
  bar: picture(
    ".........",
    "....1....",
    "....1....",
    "....1....",
    "....1....",
    "....1....",
    "....1....",
    "....1....",
    ".........",
  ),
  disc: picture(
    ".........",
    ".........",
    "...111...",
    "..11111..",
    "..11111..",
    "..11111..",
    "...111...",
    ".........",
    ".........",
  ),
};

const START = { pixels: PICTURES.F, kernel: KERNELS.edge, group: "C4", angle: 90, mirror: false, law: "both" };
/** Three experiments: what to set, and what to expect. */
export const STEPS = [
  {
    title: "Turn by 90°, but only cycle the channels.",
    expect: "✗ Each map stands in its place, and none is turned: half of the law. Choose maps only: ✗ the other half.",
    state: { ...START, law: "channels" },
  },
  {
    title: "Turn by 45°.",
    expect: "✗ No pixel lands on a pixel, and no pose looks along 45°. Press + 45° once more: ✓ exact again.",
    state: { ...START, angle: 45 },
  },
  {
    title: "Mirror a hook.",
    expect: "✗ C4 has no mirrored pose. Choose D4: ✓ the mirrored kernels are a second ring.",
    state: { ...START, kernel: KERNELS.hook, angle: 0, mirror: true },
  },
];

// ---- names ----

/** A pose of the kernel in a few words. */
export const poseName = (i) => `${90 * (i % 4)}°${i >= 4 ? " mirrored" : ""}`;

/** g in a few words, for the orange arrow. */
export function transformText({ angle, mirror }) {
  return [mirror ? "mirror" : "", mirror && angle % 360 === 0 ? "" : `turn ${angle}°`].filter(Boolean).join(", ");
}

/** A share of the largest value as a whole number of per cent, but never 0 % for a share that is not 0. */
const percent = (share) => (share > 0 && share < 0.01 ? "below 1 %" : `${Math.round(100 * share)} %`);

/** What becomes of one channel of f(x): from pose `source` to pose `target`. */
export function journey({ angle, mirror, law }, source, target) {
  const moved = source === target ? `stays at ${poseName(target)}` : `moves to ${poseName(target)}`;
  const turned = law === "channels" ? "its map is not turned" : `its map is ${changed({ angle, mirror })}`;
  return `Channel ${poseName(source)} of f(x) ${moved}, ${turned}.`;
}

/** What g does to one map: "mirrored", "turned by 90°", "mirrored and turned by 90°". */
function changed({ angle, mirror }) {
  if (!mirror) return `turned by ${angle % 360}°`;
  return angle % 360 === 0 ? "mirrored" : `mirrored and turned by ${angle % 360}°`;
}

/** The gap at the present angle, beside the slider. */
export const gapText = (relative) =>
  relative < 1e-9 ? "✓ no difference" : `✗ f(g·x) and g·f(x) differ by ${percent(relative)}`;

// ---- the verdict: `found` is what follow() of the mathematics returns ----

/** Does f(g·x) equal g·f(x), by how much not, and why. */
export function verdictOf(state, found) {
  const words = changed(state),
    done = words[0].toUpperCase() + words.slice(1),
    numbers = `Largest difference ${errorText(found.gap)}`;
  if (state.angle % 360 === 0 && !state.mirror) {
    return {
      status: "partly",
      headline: "Nothing is turned yet.",
      detail: "f(x) is compared with itself.",
      why: "Move the slider, or press + 90°.",
    };
  }
  if (!found.commutes) {
    return {
      status: "no",
      headline: `${done}: f(g·x) ≠ g·f(x).`,
      detail: `${numbers}, ${percent(found.relative)} of the largest value of f(x).`,
      why: whyNot(state),
    };
  }
  if (!found.always) {
    return {
      status: "partly",
      headline: `${done}: equal for this x, not for every x.`,
      detail: found.empty ? "Here f(x) is 0 everywhere." : `${numbers}.`,
      why: whyNot(state),
    };
  }
  return {
    status: "yes",
    headline: `${done}: f(g·x) = g·f(x).`,
    detail: `${numbers}, for this x; and so for every x.`,
    why: whyAlways(state),
  };
}

function whyAlways({ kernel, group, angle, mirror, law }) {
  const lawHolds = isQuarter(angle) && law === "both" && (group === "D4" || (group === "C4" && !mirror));
  if (!lawHolds || allPosesEqual(kernel, group))
    return "This kernel looks the same after g, so it does not matter which channel goes where.";
  if (mirror)
    return `Each map is ${changed({ angle, mirror })} and moves to the channel whose kernel is too: to the other ring.`;
  const turns = nearestTurns(angle),
    rule = turns === 1 ? "new[r] = rot90(old[r − 1])" : `new[r] = rot90(old[r − ${turns}], ${turns})`;
  const further = `${turns} ${turns === 1 ? "channel" : "channels"} further on`;
  return `Each map is turned and stands ${further}: ${rule}. Laid out as a ring, the four turn like one plate.`;
}

function whyNot(state) {
  const { group, angle, mirror, law } = state;
  if (!isQuarter(angle)) return `The square grid has no turn by ${angle % 90}°. ${whatIsCompared(state)}`;
  if (law === "channels")
    return "The channels went where they should, but a map that is not turned shows the old picture: half of the law.";
  if (law === "space")
    return "Each map is turned, but the turned picture answers to another pose of the kernel: half of the law.";
  if (group === "none")
    return "One channel, and its kernel looks different after g. A group gives the turned kernel a channel of its own.";
  return mirror
    ? "C4 has no mirrored pose. Compared with its maps, mirrored, in reversed order. D4 has the pose that is missing."
    : "";
}

/** Between quarter turns there is no law: say what stands in for it. */
function whatIsCompared({ kernel, group, angle, law }) {
  if (group === "none")
    return `Compared with f(x), its map ${law === "channels" ? "as it is" : `turned by ${angle}° (bilinear)`}.`;
  const turns = nearestTurns(angle),
    nearest = `the nearest quarter turn, ${90 * turns}°${angle % 90 === 45 ? " (the one below is as near)" : ""}`;
  const space = law === "channels" ? "its maps as they are" : `its maps turned by ${angle}° (bilinear)`;
  const channels = law === "space" ? "the channels left where they are" : `the channels moved by ${nearest}`;
  const blame = allPosesEqual(kernel, group)
    ? " All poses of this kernel are equal, so the channels are not to blame: the pixels are."
    : "";
  return `Compared with f(x): ${space}, ${channels}.${blame}`;
}

// ---- the curve in words ----

/** The gap by angle, for those who do not see it. */
export function curveText(values) {
  const at = (degrees) => values[degrees / 5],
    most = Math.max(...values);
  const zeros = [0, 90, 180, 270].filter((angle) => at(angle) < 1e-9).map((angle) => `${angle}°`);
  const zeroAt = zeros.join(", ") || "no quarter turn";
  return (
    "Largest difference by angle, as a share of the largest value of f(x): " +
    `${percent(most)} at worst; 0 at ${zeroAt}.`
  );
}
