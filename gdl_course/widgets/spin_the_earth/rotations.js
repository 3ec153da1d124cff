// Rotations of space as unit quaternions (w, x, y, z) and as matrices. No document.

/** The product of two quaternions (w, x, y, z): first the second, then the first.
 *  @param {number[]} p
 *  @param {number[]} q */
export function product(p, q) {
  const [a, b, c, d] = p,
    [e, f, g, h] = q;
  return [
    a * e - b * f - c * g - d * h,
    a * f + b * e + c * h - d * g,
    a * g - b * h + c * e + d * f,
    a * h + b * g - c * f + d * e,
  ];
}

export function unit(v) {
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

/** The turn by an angle (radians) about an axis. */
export const about = (axis, angle) => [Math.cos(angle / 2), ...unit(axis).map((x) => x * Math.sin(angle / 2))];

/** The shortest turn that takes a unit vector to another, as the hand drags the globe. */
export function shortest(a, b) {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  return dot < -0.999999 ? [0, 0, 0, 1] : unit([1 + dot, ...cross]);
}

/** The axis (a unit vector) and the angle (radians, 0 to π) of a quaternion. */
export function axisAngle(quaternion) {
  const [w, ...v] = unit(quaternion),
    length = Math.hypot(...v),
    sign = w < 0 ? -1 : 1;
  return {
    axis: length < 1e-9 ? [0, 0, 1] : v.map((x) => (sign * x) / length),
    angle: 2 * Math.atan2(length, Math.abs(w)),
  };
}

/** The matrix of a quaternion, row by row; its length does not matter. */
export function matrixOf(quaternion) {
  const [w, x, y, z] = unit(quaternion);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

export const transposed = (R) => R[0].map((_, j) => R.map((row) => row[j]));
export const times = (R, v) => R.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
