"""Widgets, each an ipywidget with one ES module: the blueprint builder, the Equivariance Explorer, the filter turner,
the filter with hands, the group explorer, the melting matrix, the message stepper, the token shuffler.
"""

from gdl_course.widgets.blueprint_builder.widget import BlueprintBuilder
from gdl_course.widgets.explorer.widget import EquivarianceExplorer
from gdl_course.widgets.filter_turner.widget import FilterTurner
from gdl_course.widgets.filter_with_hands.widget import FilterWithHands
from gdl_course.widgets.group_explorer.widget import GroupExplorer
from gdl_course.widgets.melting.widget import MeltingMatrix
from gdl_course.widgets.message_stepper.widget import MessageStepper
from gdl_course.widgets.token_shuffler.widget import TokenShuffler

__all__ = [
    "BlueprintBuilder", "EquivarianceExplorer", "FilterTurner", "FilterWithHands", "GroupExplorer",
    "MeltingMatrix", "MessageStepper", "TokenShuffler",
]  # fmt: skip
