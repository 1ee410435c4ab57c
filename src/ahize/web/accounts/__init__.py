"""Who works here: users, their roles, invitations and signing in."""
