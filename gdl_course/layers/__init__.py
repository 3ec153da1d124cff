"""Layers, one file a domain. Import the one you need: ``from gdl_course.layers import grid``."""
