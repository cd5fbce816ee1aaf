"""The center: an IAM Identity Center-compatible service of its own."""
