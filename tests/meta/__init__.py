"""The house rules (CONTRIBUTING.md), as far as a machine can hold them."""
