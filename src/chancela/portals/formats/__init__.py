"""How each language writes days and hours, where its country's way is not Brazil's."""
