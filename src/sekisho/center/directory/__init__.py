"""Who and what the center knows: people, accounts, permission sets, assignments."""
