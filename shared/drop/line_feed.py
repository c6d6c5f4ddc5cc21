"""Noun drop: the blocks of a text file, of which lines can be taken and the rest put back."""

from collections.abc import Iterator

from shared.drop.text_blocks import TextBlock


class LineFeed:
    """Blocks of a file, each handed out once."""

    def __init__(self, blocks: Iterator[TextBlock]) -> None:
        """Start at the first block."""
        self._blocks = blocks
        self._ahead: TextBlock | None = None
        self._taken = 0  # lines of the block ahead

    def next_block(self) -> TextBlock | None:
        """Return the next lines that nobody has taken, None at the end of the file."""
        while True:
            block, taken = self._ahead, self._taken
            self._ahead, self._taken = None, 0
            block = next(self._blocks, None) if block is None else block.after(taken)
            if block is None or block.data:
                return block

    def put_back(self, block: TextBlock, taken: int) -> None:
        """Hand out the rest of this block next: all but its first lines."""
        self._ahead, self._taken = block, taken

    def texts_from(self, block: TextBlock, index: int, taken: list[str]) -> Iterator[str]:
        """Yield the lines of a block from one on, then those of the blocks after it.

        Each goes into ``taken``, and is not handed out again where it is of a later block.
        """
        while True:
            for each in range(index, len(block.ends)):
                taken.append(block.text(each))
                if self._ahead is block:
                    self._taken = each + 1
                yield taken[-1]
            following = self.next_block()
            if following is None:
                return
            block, index = following, 0
            self.put_back(block, 0)
