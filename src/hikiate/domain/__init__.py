"""The pure heart: what may be allocated, in which order, and what it costs.

Nothing here reads a clock, a database or a network, and nothing is imported but the standard library.
Quantities and prices are integers in millionths, amounts integers in the currency's smallest unit.
"""
