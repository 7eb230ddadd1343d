"""What a person gets: run folder, figures and terminal summary, made of plain dictionaries and arrays."""
