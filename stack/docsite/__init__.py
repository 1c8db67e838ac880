"""What turns docs/ into a site: code of the applications, source files, the reference."""
