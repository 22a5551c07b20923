"""The words templates speak in."""
