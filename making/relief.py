"""Make `gdl_course/data/relief.npz` out of the map of heights that the package pvlib carries (BSD, 3-clause).

    python -m pip download pvlib --no-deps
    python -m pip install h5py numpy
    python making/relief.py pvlib-0.16.1-py3-none-any.whl gdl_course/data/relief.npz

The source, `pvlib/data/Altitude.h5`, is 2160 × 4320 bytes: rows from north to south, columns from 180° W eastwards,
12 to a degree. A byte b is a height of 28 b − 450 metres, and 255 says that there is none: the sea, and all that lies
south of 85° S. 12 × 12 bytes become one cell of 1°: how many of them have a height, and the mean of those in metres,
to the nearest multiple of 4, a seventh of a step of the source.
"""

import hashlib
import io
import sys
import zipfile

import h5py
import numpy as np

SOURCE = "pvlib/data/Altitude.h5"
SOURCE_SHA256 = "d3cad4677889aca72b92cbc4882e3f95024bf288888ec549362bd44563d0defd"
RESULT_SHA256 = "c214e9c483f2e86d22a29e0961e7bba3a79476fc2d0ee585c5b0c0204120c686"  # of the two arrays
NONE = 255


def heights_of(wheel: str) -> np.ndarray:
    """The bytes of the source, which must be those that this script was written for."""
    packed = zipfile.ZipFile(wheel).read(SOURCE)
    found = hashlib.sha256(packed).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{SOURCE} of {wheel} has sha256 {found}, expected {SOURCE_SHA256}: check its encoding anew")
    with h5py.File(io.BytesIO(packed)) as file:
        return file["Altitude"][()]


def cells_of(source: np.ndarray) -> dict[str, np.ndarray]:
    """The mean height of each cell in metres (0 where there is none), and how many of its 144 bytes have one."""
    blocks = source.reshape(180, 12, 360, 12).swapaxes(1, 2).reshape(180, 360, 144)
    known = blocks != NONE
    count = known.sum(axis=2)
    total = np.where(known, 28 * blocks.astype(int) - 450, 0).sum(axis=2)
    mean = np.divide(total, count, out=np.zeros((180, 360)), where=count > 0)
    return {"metres": (4 * np.rint(mean / 4)).astype("<i2"), "land_of_144": count.astype("u1")}


def main(wheel: str, target: str) -> None:
    """Write the two arrays, and say what they hash to."""
    cells = cells_of(heights_of(wheel))
    found = hashlib.sha256(b"".join(array.tobytes() for array in cells.values())).hexdigest()
    np.savez_compressed(target, **cells)
    print(f"{target}: sha256 of its arrays {found}, {'as' if found == RESULT_SHA256 else 'NOT as'} expected")


if __name__ == "__main__":
    main(*sys.argv[1:])
