"""One package per noun: what Oasis does, free of how AWS calls it."""
