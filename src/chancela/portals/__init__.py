"""The pages for people: one Django project whose apps are the portals."""
