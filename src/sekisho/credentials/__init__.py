"""Where role credentials come from: one interface, and sources that wrap each other."""
