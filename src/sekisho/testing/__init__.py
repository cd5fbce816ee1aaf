"""What tests of sign-ins are made with: fakes of the ports, and a person's browser."""
