"""One file per organism: how it is grown, and what is therefore true of it.

A new file in this folder is a new organism: nothing here lists them.
"""
