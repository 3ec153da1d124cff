"""The bundled wind: it blows where winds blow, and its vorticity is that of another program."""

import hashlib
from importlib import resources

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdl_course.data import WIND_PROVENANCE, wind
from gdl_course.layers import sphere, sphere_vectors

AIR = wind()


def test_the_points_are_those_of_the_layers():
    u = sphere.points(36)
    np.testing.assert_allclose(np.degrees(np.arcsin(u[:, 0, 2])), AIR.latitude, rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.degrees(np.arctan2(u[0, :, 1], u[0, :, 0])) % 360, AIR.longitude, rtol=0, atol=1e-12)


def test_jets_blow_to_the_east_in_both_middle_latitudes():
    middle = (np.abs(AIR.latitude) > 25) & (np.abs(AIR.latitude) < 50)
    tropics = np.abs(AIR.latitude) < 10
    assert AIR.east[middle].mean() > 10 > AIR.east[tropics].mean()
    for half in (AIR.latitude > 0, AIR.latitude < 0):
        fastest = AIR.latitude[half][AIR.east[half].mean(axis=1).argmax()]
        assert 25 < abs(fastest) < 55


@pytest.mark.parametrize(("kind", "name"), [(sphere_vectors.vorticity, "vorticity"),
                                            (sphere_vectors.divergence, "divergence")])  # fmt: skip
def test_our_derivatives_are_those_of_spherepack(kind, name):
    """Two ways to 36 degrees: as a field and as a function. Rounding to 1e-4 m/s leaves some 1e-4 of a divergence."""
    expected = getattr(AIR, name)
    with jax.enable_x64(True):
        found = sphere.inverse(kind(jnp.asarray([AIR.east, AIR.north]), 36), 36) / AIR.radius
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-4 * np.abs(expected).max())
    assert np.abs(np.asarray(found) + expected).max() > np.abs(expected).max()  # the sign can be told


def test_air_whirls_more_than_it_wells_up():
    assert AIR.vorticity.std() > 5 * AIR.divergence.std()


def test_the_bundled_file_is_what_its_script_makes():
    """The script names the hash of the arrays; whoever changes one changes both."""
    with np.load(resources.files("gdl_course.data") / "wind.npz") as bundled:
        arrays = [bundled[name] for name in ("east", "north", "vorticity", "divergence")]
    found = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    assert found == "29df1e51aa61e8c3d75326317fa7d41be567355d1d6615bd019008e24a0bbc4a"


def test_the_source_is_named():
    assert "Andrew Dawson" in WIND_PROVENANCE and "Spherepack" in WIND_PROVENANCE
    assert AIR.provenance == WIND_PROVENANCE
    licence = (resources.files("gdl_course.data") / "wind_license.txt").read_text("utf-8")
    assert "Permission is hereby granted" in licence and "Andrew Dawson" in licence
