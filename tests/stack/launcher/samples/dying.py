"""A program that ends at once, with a reason."""

import sys

sys.exit("the disk is on fire \x1b[31m")
