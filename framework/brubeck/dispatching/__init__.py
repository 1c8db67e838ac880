"""The dispatcher: a small process between Mongrel2 and several workers.

It gives each request to a worker that has asked for one, and leaves what nobody has asked for in
Mongrel2. Nothing here imports an application or a coroutine library.
"""
