"""The provider's desk: eligibility, guias, codes."""
