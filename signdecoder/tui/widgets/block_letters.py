"""Large letters of three rows, drawn with half blocks."""

from __future__ import annotations

# Five lines of pixels for each letter, a hexadecimal digit or two for each line of four to six.
_GLYPHS = {
    "A": "69F99", "B": "E9E9E", "C": "78887", "D": "E999E", "E": "F8E8F", "F": "F8E88",
    "G": "78B97", "H": "99F99", "I": "E444E", "J": "11196", "K": "9ACA9", "L": "8888F",
    "O": "69996", "P": "E9E88", "Q": "699A5", "R": "E9EA9", "S": "7861E",
    "U": "99996", "V": "999A4", "X": "99699", "Y": "99644", "Z": "F168F",
}  # fmt: skip
_WIDE = {  # five pixels
    "M": (17, 27, 21, 17, 17), "N": (17, 25, 21, 19, 17), "W": (17, 17, 21, 27, 17),
    "T": (31, 4, 4, 4, 4),
}  # fmt: skip
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def draw_letters(word: str) -> list[str] | None:
    """Return the three rows of a word in capitals, or None if a letter cannot be drawn."""
    rows = [""] * 5
    lines: tuple[int, ...]
    for letter in word:
        if letter == " ":
            lines, columns = (0,) * 5, 2
        elif letter in _WIDE:
            lines, columns = _WIDE[letter], 5
        elif letter in _GLYPHS:
            lines, columns = tuple(int(digit, 16) for digit in _GLYPHS[letter]), 4
        else:
            return None
        for n, line in enumerate(lines):
            rows[n] += f"{line:0{columns}b} "
    pixels = [[int(bit == "1") for bit in row[:-1]] for row in rows]
    pixels.append([0] * len(pixels[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(*pixels[top : top + 2], strict=True))
        for top in (0, 2, 4)
    ]
