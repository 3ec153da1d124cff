"""Widgets: the Equivariance Explorer and the melting matrix. Each is an ipywidget with one ES module."""

from .explorer import EquivarianceExplorer
from .melting import MeltingMatrix

__all__ = ["EquivarianceExplorer", "MeltingMatrix"]
