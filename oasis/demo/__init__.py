"""`oasis demo`: the whole journey in a few sentences and one plot."""
