"""Programs that run as the same user as sekisho and go for what only other gates would give.

Three lists, a file each: what must fail, what must be seen while the agent serves on, and what is
known to win without a sandbox. SECURITY.md claims what these tests show, and no more.
"""
