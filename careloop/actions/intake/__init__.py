"""Taking in what comes from outside: one document, one transaction, nothing twice, nothing lost."""
