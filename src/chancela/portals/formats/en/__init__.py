"""English as pages in Brazil write it."""
