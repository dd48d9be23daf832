"""Wire formats: pure readers and writers of what other systems send."""
