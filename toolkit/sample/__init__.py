"""Fictional studies: the sample study by hand, and generated ones of any size.

Both go through the doors of a real study: recruitment, consent, the session machine. What is
loaded here was never said by anybody.
"""
