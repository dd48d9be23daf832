"""Every parser under a fuzzer that follows its branches."""
