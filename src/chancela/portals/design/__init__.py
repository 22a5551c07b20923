"""The design system: ink, paper, seal, and the parts every portal's pages are made of."""
