"""The bundled heights: where the land is and how high, and that the sea has no height."""

import hashlib
from importlib import resources

import numpy as np
import pytest

from gdl_course.data import RELIEF_PROVENANCE, relief

EARTH = relief()


def at(latitude, longitude):
    """(height, share of land) of the cell that holds a place."""
    row, column = np.abs(EARTH.latitude - latitude).argmin(), np.abs(EARTH.longitude - longitude).argmin()
    return EARTH.height[row, column], EARTH.land[row, column]


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "low", "high"),
    [
        ("Tibet", 32.5, 88.5, 4500, 5500),
        ("Altiplano", -18.5, -67.5, 3500, 4100),
        ("Lake Vostok, the ice above it", -78.5, 106.5, 3300, 3600),
        ("Colorado", 39.5, -104.5, 1500, 2200),
        ("Manaus", -3.5, -60.5, 0, 100),
        ("Netherlands", 52.5, 5.5, -28, 28),
        ("Greenland, the rock below the ice", 75.5, -41.5, -300, 0),
    ],
)
def test_the_land_is_as_high_as_it_is(place, latitude, longitude, low, high):
    height, land = at(latitude, longitude)
    assert low <= height <= high and land > 0.9, place


@pytest.mark.parametrize(("latitude", "longitude"), [(0, -140.5), (30.5, -40.5), (-50.5, 90.5), (88.5, 0.5)])
def test_the_sea_has_no_height(latitude, longitude):
    height, land = at(latitude, longitude)
    assert np.isnan(height) and land == 0


def test_a_cell_has_a_height_where_it_has_land():
    assert np.array_equal(np.isfinite(EARTH.height), EARTH.land > 0)
    assert EARTH.land.min() == 0 and EARTH.land.max() == 1 and (EARTH.land % 1 > 0).any()


def test_the_cap_that_the_source_leaves_out_is_said_to_be_unknown():
    assert not EARTH.known[-5:].any() and EARTH.known[:-5].all()
    assert np.isnan(EARTH.height[-5:]).all() and EARTH.land[-6].mean() > 0.9


def test_land_covers_as_much_as_it_does():
    """149 of 510 million square kilometres are land. All cells taken alike, as on a flat map, show too much."""
    share = (EARTH.weights * EARTH.land).sum()
    assert share == pytest.approx(149 / 510, abs=0.005)
    assert EARTH.land.mean() > share + 0.02


def test_weights_are_the_areas_of_the_cells():
    assert EARTH.weights.sum() == pytest.approx(1, abs=1e-12)
    z = np.sin(np.radians(EARTH.latitude))[:, None]
    assert (EARTH.weights * z**2).sum() == pytest.approx(1 / 3, abs=1e-4)  # one degree wide
    assert (EARTH.weights * z).sum() == pytest.approx(0, abs=1e-12)


def test_rows_run_from_north_to_south_and_columns_from_west_to_east():
    assert EARTH.height.shape == EARTH.land.shape == (180, 360)
    assert (np.diff(EARTH.latitude) == -1).all() and (np.diff(EARTH.longitude) == 1).all()
    assert EARTH.latitude[0] == 89.5 and EARTH.longitude[0] == -179.5


def test_the_bundled_file_is_what_its_script_makes():
    """The script names the hash of the arrays; whoever changes one changes both."""
    with np.load(resources.files("gdl_course.data") / "relief.npz") as bundled:
        found = hashlib.sha256(bundled["metres"].tobytes() + bundled["land_of_144"].tobytes()).hexdigest()
    assert found == "c214e9c483f2e86d22a29e0961e7bba3a79476fc2d0ee585c5b0c0204120c686"


def test_every_source_is_named():
    names = "pvlib ArcticDEM Australia Österreich Canada Copernicus Oceanic INEGI Zealand Kartverket Environment SRTM"
    assert [name for name in names.split() if name not in RELIEF_PROVENANCE] == []
    assert EARTH.provenance == RELIEF_PROVENANCE
    licence = (resources.files("gdl_course.data") / "relief_license.txt").read_text("utf-8")
    assert "BSD 3-Clause License" in licence and "Sandia" in licence and "DISCLAIMED" in licence
