"""One file per contact centre that a creditor may have: what is handed over there, and what comes back."""
