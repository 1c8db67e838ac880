"""DictShield for Python 3: typed documents that validate and shape what goes in and out.

Import from the modules: `dictshield.document`, `dictshield.fields`, `dictshield.forms`.
"""
