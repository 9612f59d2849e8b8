"""What the staff see: the desk's pages as views, one file for each kind of page."""
