"""The administrator's pages: people, groups, permission sets, and who has what in which account."""
