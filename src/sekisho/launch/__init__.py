"""What is started as one role: programs, and the AWS console."""
