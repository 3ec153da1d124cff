// What the melting matrix says: steps to try, and the verdict on a stage. No document.

import { errorText } from "../shared/parts.js";

export const STEPS = [
  {
    title: "Press Step three times on the circle.",
    expect: "64 numbers become 32, 16 and 8; the last step is a convolution.",
    state: { group: "C8", step: 0, view: "values" },
  },
  {
    title: "Show the orbits of the set.",
    expect: "Two letters are left: one for the diagonal, one for all the rest.",
    state: { group: "S6", step: 5, view: "orbits" },
  },
  {
    title: "Add quarter turns to the torus.",
    expect: "6 of the 16 weights are left, not 256 / 64 = 4: the kernel looks the same from every side.",
    state: { group: "p4", step: 6, view: "orbits" },
  },
];

/** "after 4 of 8 elements: 16 free parameters instead of 64". */
export function progressText(stages, step) {
  const { order, parameters } = stages[step];
  const element = stages.at(-1).order === 1 ? "element" : "elements";
  const free = `${parameters} free parameters${step === 0 ? "" : ` instead of ${stages[0].parameters}`}`;
  return `after ${order} of ${stages.at(-1).order} ${element}: ${free}`;
}

/** The verdict on stage `step`: status, headline, numbers, and what the matrix has become. */
export function verdictOf(chain, stages, step) {
  const { commuting, error } = stages[step];
  const whole = stages.at(-1).order;
  const progress = progressText(stages, step);
  const sentence = progress[0].toUpperCase() + progress.slice(1);
  const detail = `${sentence}; error ‖Wρ(g) − ρ(g)W‖ / ‖W‖ at most ${errorText(error)}.`;
  if (commuting === whole)
    return {
      status: "yes",
      headline: `It commutes with all ${whole} elements.`,
      detail,
      why: `${chain.result}. Column 0 is ${chain.kernel}.`,
    };
  const why =
    step === 0
      ? "Every entry is its own. Press Play, or Step."
      : "Averaging over a subgroup makes it commute with the subgroup. Average on.";
  if (commuting === 1) return { status: "no", headline: "It commutes with nothing but the identity.", detail, why };
  return { status: "partly", headline: `It commutes with ${commuting} of ${whole} elements.`, detail, why };
}
