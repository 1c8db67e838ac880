"""No clock for the property tests: a busy machine is no reason to fail."""

from hypothesis import settings

settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
