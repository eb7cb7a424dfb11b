"""Classic strategies, one file each, with their source.

A new file in this folder is a new agent: nothing here lists them.
"""
