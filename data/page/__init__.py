"""The pages of `colorizer app` and `colorizer rate`: HTML, styles and scripts, which fetch nothing from elsewhere."""
