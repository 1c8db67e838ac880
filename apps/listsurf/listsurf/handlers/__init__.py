"""The handlers of Listsurf, one kind of thing to do a file. Each of them is thin on purpose."""
