"""From the wire to modelled values and back, by AWS's own service models."""
