"""What a coach's rule can be: rule families, their prior, the parts of a sequence, and words."""

from signdecoder.rules import families as families  # fills the registry of families
