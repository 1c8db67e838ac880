"""Tools for programs that keep links: addresses, titles, tags, notes, searches, pages of lists."""
