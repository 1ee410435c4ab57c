"""Ahize: the open-source platform for telemarketing."""
