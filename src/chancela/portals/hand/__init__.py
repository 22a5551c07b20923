"""The Hand: the beneficiary's own pages, on the phone first."""
