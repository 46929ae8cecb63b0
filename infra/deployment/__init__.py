"""Puts hikiate into an AWS account, and takes it out again."""
