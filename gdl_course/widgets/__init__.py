"""Widgets, each an ipywidget with one ES module: the Equivariance Explorer, the group explorer, the melting matrix,
the message stepper, the token shuffler."""

from .explorer import EquivarianceExplorer
from .group_explorer import GroupExplorer
from .melting import MeltingMatrix
from .message_stepper import MessageStepper
from .token_shuffler import TokenShuffler

__all__ = ["EquivarianceExplorer", "GroupExplorer", "MeltingMatrix", "MessageStepper", "TokenShuffler"]
