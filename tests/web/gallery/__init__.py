"""Pages filled by hand, with the content that breaks layouts: for screenshots and accessibility checks."""
