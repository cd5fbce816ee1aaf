"""What a store keeps, and where: the AWS CLI's caches and sekisho's own records."""
