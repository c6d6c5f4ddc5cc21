"""Two track ids whose 64-bit hashes differ and whose 48-bit hashes are equal.

Found by hashing track-0 to track-39999999; chance puts a few such pairs there.
"""

COLLIDING = ("track-2633207", "track-27148247")
