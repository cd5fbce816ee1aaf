"""The AWS config files: lossless text, its meaning as botocore reads it, and pure edits."""
