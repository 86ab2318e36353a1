"""What runs behind the walls: the warm template, its walls, and the small kernel.

Kept apart from the desk: nothing here opens a gradebook, and the desk imports only `wire`.
"""
