"""The roads to the outside: each opens connections of one kind, and only the jobs take them."""
