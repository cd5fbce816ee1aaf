"""SCIM 2.0: identity providers keep people and groups, as at IAM Identity Center."""
