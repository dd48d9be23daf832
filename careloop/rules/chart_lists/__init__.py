"""One reconciled list each of medicines, problems and allergies, from what every source says."""
