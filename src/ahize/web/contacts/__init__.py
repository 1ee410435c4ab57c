"""Contacts, their phones, the lists they stand in and the imports that brought them."""
