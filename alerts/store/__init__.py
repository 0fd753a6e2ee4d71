"""The only SQL in alerts/, one file per noun.

Every function takes a connection with an open transaction; who calls decides what is committed together. The rows wait
in three states: a notice for matching (crawler/archive), a digest item without a digest, a delivery not yet delivered.
"""
