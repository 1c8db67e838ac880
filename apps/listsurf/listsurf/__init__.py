"""Listsurf: save it now, surf it later."""
