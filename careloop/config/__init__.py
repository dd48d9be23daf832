"""What runs where; nobody imports it."""
