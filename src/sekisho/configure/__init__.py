"""Changes to the AWS config that a person asked for."""
