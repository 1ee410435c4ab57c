"""The called person's side: who called me, why, stop it, is it really you?"""
