"""Widgets, each an ipywidget with one ES module: the blueprint builder, the Equivariance Explorer, the filter turner,
the group explorer, the melting matrix, the message stepper, the token shuffler."""

from .blueprint_builder import BlueprintBuilder
from .explorer import EquivarianceExplorer
from .filter_turner import FilterTurner
from .group_explorer import GroupExplorer
from .melting import MeltingMatrix
from .message_stepper import MessageStepper
from .token_shuffler import TokenShuffler

__all__ = [
    "BlueprintBuilder", "EquivarianceExplorer", "FilterTurner", "GroupExplorer", "MeltingMatrix",
    "MessageStepper", "TokenShuffler",
]  # fmt: skip
