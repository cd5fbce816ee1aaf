"""What goes over the wire, in terms that the client and the center share."""
