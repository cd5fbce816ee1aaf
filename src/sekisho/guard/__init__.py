"""The guard: tokens in one process's memory, behind gates that are opened one at a time."""
