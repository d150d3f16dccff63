# Released weights, installed as the package colorizer.weights.
