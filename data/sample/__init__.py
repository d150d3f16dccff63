# A folder of photographs, installed as the package colorizer.sample.
