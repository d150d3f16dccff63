"""The page of `colorizer app`: HTML, styles and scripts, which fetch nothing from elsewhere."""
