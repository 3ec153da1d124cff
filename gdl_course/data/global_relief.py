"""The heights of the Earth's land on a grid of one degree."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
from jaxtyping import Bool, Float

RELIEF_PROVENANCE = (
    "Heights of the land, averaged over cells of 1° from the map of 1/12° in pvlib (pvlib/data/Altitude.h5; BSD, "
    "3-clause: © 2023 pvlib python Contributors, 2014 PVLIB python Development Team, 2013 Sandia National "
    "Laboratories), which was put together by Mapzen's Joerd (github.com/tilezen/joerd) from: "
    "ArcticDEM terrain data, DEM(s) created from DigitalGlobe, Inc., imagery and funded under National Science "
    "Foundation awards 1043681, 1559691, and 1542736; "
    "Australia terrain data © Commonwealth of Australia (Geoscience Australia) 2017; "
    "Austria terrain data © offene Daten Österreichs – Digitales Geländemodell (DGM) Österreich; "
    "Canada terrain data, contains information licensed under the Open Government Licence – Canada; "
    "Europe terrain data, produced using Copernicus data and information funded by the European Union – EU-DEM layers; "
    "global ETOPO1 terrain data, U.S. National Oceanic and Atmospheric Administration; "
    "Mexico terrain data, source: INEGI, Continental relief, 2016; "
    "New Zealand terrain data, © 2011 Crown copyright (c) Land Information New Zealand and the New Zealand "
    "Government (all rights reserved); "
    "Norway terrain data © Kartverket; "
    "United Kingdom terrain data © Environment Agency copyright and/or database right 2015, all rights reserved; "
    "United States 3DEP (formerly NED) and global GMTED2010 and SRTM terrain data courtesy of the U.S. Geological "
    "Survey."
)
SOUTHERN_END = -85.0  # degrees; the source knows nothing beyond


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights of the land in metres, row 0 in the north, column 0 in the west.

    The sea has no height: it is NaN, not 0. So is the cap south of 85° S, which the source leaves out and which is
    land; `known` is False there. Between 83.75° and 90° N there is only sea.

    >>> earth = relief()
    >>> area = earth.weights * earth.land
    >>> round(float(np.nansum(area * earth.height) / area.sum()), -1)  # the mean height of the land, in metres
    730.0
    """

    height: Float[np.ndarray, "180 360"]  # the mean over the land of a cell
    land: Float[np.ndarray, "180 360"]  # the share of a cell that is land, 0 to 1; 0 also where nothing is known
    latitude: Float[np.ndarray, " 180"]  # of the middle of a cell, 89.5 to -89.5 degrees
    longitude: Float[np.ndarray, " 360"]  # -179.5 to 179.5 degrees
    provenance: str = RELIEF_PROVENANCE

    @property
    def known(self) -> Bool[np.ndarray, "180 360"]:
        """Where the source tells land from sea."""
        return np.broadcast_to(self.latitude[:, None] > SOUTHERN_END, self.land.shape)

    @property
    def weights(self) -> Float[np.ndarray, "180 360"]:
        """The share of the sphere that each cell covers; they sum to 1 (sin θ, integrated over the cell)."""
        edges = np.sin(np.radians(np.linspace(90, -90, 181)))
        return np.repeat((edges[:-1] - edges[1:])[:, None] / 720, 360, axis=1)

    def __repr__(self) -> str:
        lowest, highest = np.nanmin(self.height), np.nanmax(self.height)
        return f"Relief(180 x 360 cells of 1 degree, heights {lowest:.0f} to {highest:.0f} m)"


def relief() -> Relief:
    """Global heights of the land on cells of one degree, in metres; the sea is masked.

    Where a cell is partly land, `height` is the mean over its land only and `land` says how much that is. Three things
    to know: the source has steps of 28 m (cells are rounded to 4 m here); in the middle of Greenland it gives the rock
    below the ice, under 0 m at 75° N, but in Antarctica the surface of the ice; and in some cells on a coast the "land"
    below -150 m is a strip of sea floor.

    Returns:
        The heights, the share of land, the latitudes and longitudes, and the sources. `making/relief.py` made them.

    Example:
        >>> earth = relief()
        >>> earth
        Relief(180 x 360 cells of 1 degree, heights -448 to 5416 m)
        >>> bool(np.isnan(earth.height[90, 30]))                    # the Pacific
        True
        >>> float((earth.weights * earth.land).sum().round(3))      # of the sphere, the cap left out
        0.295
    """
    with np.load(resources.files("gdl_course.data") / "relief.npz") as bundled:  # type: ignore[arg-type]
        metres, count = bundled["metres"], bundled["land_of_144"]
    return Relief(
        height=np.where(count > 0, metres, np.nan).astype(float),
        land=count / 144,
        latitude=89.5 - np.arange(180.0),
        longitude=np.arange(360.0) - 179.5,
    )
