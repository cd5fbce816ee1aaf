"""What each AWS service answers, operation by operation."""
