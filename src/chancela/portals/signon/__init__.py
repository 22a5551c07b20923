"""Single sign-on: the operator's people enter as their own house knows them."""
