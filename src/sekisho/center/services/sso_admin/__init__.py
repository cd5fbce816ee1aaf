"""AWS's administration of an instance: permission sets, and who has them in which account."""
