"""What a deployment refuses, and what fails under it."""


class Refused(Exception):
    """Nothing was done; the message says what to do about it."""


class Failed(Exception):
    """Something was tried and failed; the message says what state that left."""
