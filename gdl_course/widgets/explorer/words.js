// What the Equivariance Explorer says: names, presets, steps, and the verdict with its reason. No document.

import { numberText } from "../shared/parts.js";
import { kernelFixedBy } from "./math.js";

export const KERNELS = {
  edge: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  blur: [
    [1, 2, 1],
    [2, 4, 2],
    [1, 2, 1],
  ],
};

const picture = (...lines) => lines.map((line) => [...line].map((c) => (c === "." ? 0 : Number(c))));
export const PICTURES = {
  bar: picture("........", "...1....", "...1....", "...1....", "...1....", "...1....", "........", "........"),
  corner: picture("........", "........", ".....1..", ".....1..", ".....1..", ".....111", "........", "........"),
  // Image 7 of the handwritten digits of scikit-learn (UCI Optical Recognition of Handwritten Digits), in quarters.
  digit: picture("..22344.", "..22133.", "....23..", ".122442.", "..3441..", "...41...", "..24....", "..31...."),
};

/** The transformation in a few words, for the orange arrow. */
export function transformText({ transform, dx, dy, seed }) {
  if (transform === "turn") return "turn 90°";
  if (transform === "mirror") return "mirror";
  if (transform === "shuffle") return `shuffle no. ${seed}`;
  const across = dx === 0 ? "" : `${dx > 0 ? "→" : "←"} ${Math.abs(dx)}`;
  const down = dy === 0 ? "" : `${dy > 0 ? "↓" : "↑"} ${Math.abs(dy)}`;
  return `shift ${[across, down].filter(Boolean).join("  ") || "by 0"}`;
}

/** The layer in a few words, for the teal arrow. */
export function layerText({ layer, stride }) {
  if (layer === "conv") return stride === 2 ? "convolve, stride 2" : "convolve";
  return { dense: "dense map", relu: "ReLU", "max-pool": "max-pool 2 × 2", mean: "mean" }[layer];
}

/** The verdict on a computed square: status "yes", "no" or "partly", headline, numbers, reason. */
export function verdictOf(state, square) {
  const { error, commutes, always, failing } = square;
  const cells = square.size ** 2;
  const why = always ? whyAlways(state, square) : whyNot(state, square);
  if (!commutes) {
    const where = cells === 1 ? "" : `, in ${error.cells} of ${cells} cells`;
    return {
      status: "no",
      headline: "They do not commute.",
      why,
      detail: `Largest difference ${error.largest.toFixed(2)}${where}; relative error ${error.relative.toFixed(2)}.`,
    };
  }
  if (!always) {
    const empty = square.x.every((v) => v === 0) ? "This x is empty. " : "";
    return {
      status: "partly",
      headline: "They agree on this x, but not on every x.",
      why,
      detail: `${empty}Of the 64 single pixels, ${failing.length} ${failing.length === 1 ? "fails" : "fail"}.`,
    };
  }
  return {
    status: "yes",
    headline: "They commute, for this x and for every x.",
    why,
    detail: `Largest difference 0${cells === 1 ? "" : `, in all ${cells} cells`}.`,
  };
}

const isIdentity = (square) => square.sources.every((s, i) => s === i);

function whyAlways(state, square) {
  if (isIdentity(square)) return "This g moves nothing.";
  const { transform, layer, padding, stride } = state;
  if (layer === "relu") return "ReLU looks at one value at a time, so it does not matter where the value sits.";
  if (layer === "mean")
    return "The mean is one number and g does not change it: equivariant with the trivial action, that is, invariant.";
  if (layer === "max-pool")
    return transform === "shift" ? "An even shift moves whole 2 × 2 blocks." : "The 2 × 2 blocks move as blocks.";
  if (layer === "conv" && transform === "shift" && padding === "wrap") {
    return stride === 1
      ? "On a torus every pixel has the same neighbours: convolution commutes with every shift."
      : "An even shift of the pixels is a whole shift of the 4 × 4 cells.";
  }
  if (
    layer === "conv" &&
    stride === 1 &&
    transform !== "shuffle" &&
    kernelFixedBy(transform, state.kernel) &&
    transform !== "shift"
  ) {
    return transform === "turn"
      ? "This kernel looks the same after a quarter turn."
      : "This kernel is its own mirror image.";
  }
  return "Checked on all 64 single pixels, and that decides it for a linear layer.";
}

function whyNot(state, square) {
  const { transform, layer, stride } = state;
  if (square.rule === "none")
    return "A shuffle of 64 pixels does not act on 16 cells. There is no g·f(x); f(x) is shown as it is.";
  if (square.rule === "half") {
    const floor = (d) => numberText(Math.floor(d / 2));
    return (
      "16 cells have no shift by half a cell, so only even shifts can pass. " +
      `Shown is the nearest below, → ${floor(state.dx)} ↓ ${floor(state.dy)}.`
    );
  }
  if (layer === "dense") return "4096 free weights: nothing ties one pixel to another, so no symmetry survives.";
  if (transform === "shuffle") return "A shuffle tears neighbours apart, and the kernel reads neighbours.";
  if (transform === "shift")
    return "Beyond the border zero padding reads 0, where the shift had wrapped values. Only the border suffers.";
  const turned = transform === "turn" ? "after a quarter turn" : "in the mirror";
  const kernel = kernelFixedBy(transform, state.kernel) ? "" : `The kernel looks different ${turned}. `;
  const lines = transform === "turn" ? "rows and columns" : "columns";
  if (stride === 2) return `${kernel}Stride 2 reads ${lines} 1, 3, 5, 7; ${turned} those are 8, 6, 4, 2.`;
  return `${kernel}Make it the same ${transform === "turn" ? "from every side" : "left and right"}: try blur.`;
}

/** Three experiments: what to set, and what to expect. */
export const STEPS = [
  {
    title: "Let the border wrap.",
    expect: "✓ Now every pixel has the same neighbours.",
    state: {
      pixels: PICTURES.corner,
      transform: "shift",
      dx: 2,
      dy: 0,
      layer: "conv",
      kernel: KERNELS.edge,
      padding: "wrap",
      stride: 1,
    },
  },
  {
    title: "Turn by 90°.",
    expect: "✗ Until you press blur: that kernel is the same from every side.",
    state: {
      pixels: PICTURES.corner,
      transform: "turn",
      layer: "conv",
      kernel: KERNELS.edge,
      padding: "wrap",
      stride: 1,
    },
  },
  {
    title: "Shift by 1 with stride 2.",
    expect: "✗ Press → once more: even shifts pass, odd ones cannot.",
    state: {
      pixels: PICTURES.corner,
      transform: "shift",
      dx: 1,
      dy: 0,
      layer: "conv",
      kernel: KERNELS.edge,
      padding: "wrap",
      stride: 2,
    },
  },
];
