"""Programs of others that sign people in through us, each as its own process."""
