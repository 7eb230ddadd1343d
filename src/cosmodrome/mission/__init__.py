"""The question: a mission file as frozen nouns in SI units and radians."""
