"""The rules. `lint/catalogue.py` lists them."""
