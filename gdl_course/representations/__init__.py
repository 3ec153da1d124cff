"""A group that acts on R^d: representations, the actions they come from, and the real irreducible ones."""

from gdl_course.representations.decomposition import Decomposition, decompose
from gdl_course.representations.induction import induced
from gdl_course.representations.representation import (
    Representation,
    from_images,
    require_homomorphism,
    require_same_group,
    trivial,
)

__all__ = [
    "Decomposition", "Representation", "decompose", "from_images", "induced", "require_homomorphism",
    "require_same_group", "trivial",
]  # fmt: skip
