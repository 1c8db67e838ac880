"""The sample site under another name, with a companion."""

import os

os.environ.update(
    {name.replace("ACCOMPANIED_", "SAMPLE_"): value for name, value in os.environ.items()}
)

import sample  # noqa: F401  it serves when it is imported
