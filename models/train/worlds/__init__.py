"""One simulated world per file, each exporting WORLD: a new world is one new file."""
