"""The desk: where the staff answer people. A function of its own; the debtors' pages never load it."""
