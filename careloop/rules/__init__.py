"""Pure rules: what facts mean and what must come next, without files, network or clock."""
