"""Two track ids whose 64-bit hashes differ and whose 48-bit hashes are equal.

Found by hashing track-0 to track-39999999; chance puts about one such pair there.
"""

COLLIDING = ("track-122820", "track-32360391")
