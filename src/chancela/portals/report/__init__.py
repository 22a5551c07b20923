"""«Não pedi este código»: the page behind the link of an e-mail."""
