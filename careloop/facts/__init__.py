"""The vocabulary: frozen values and enums that carry no behaviour of the outside world."""
