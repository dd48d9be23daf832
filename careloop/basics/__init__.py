"""What every floor may use: days, words, ids and the clock."""
