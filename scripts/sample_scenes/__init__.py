"""The sample cameras: small procedural scenes, a software-GL renderer, and the truth that goes with each clip.

World axes: x to the right of the street, y along it, z up, metres. Vehicles and people are modelled looking along +x.
Everything is drawn from code and a seed; no picture, model or recording of others is used.
"""
