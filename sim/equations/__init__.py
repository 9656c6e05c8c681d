"""The scalar equations of the model, each written once as a plain function.

Mechanisms call them as Python; the mean-field model compiles the same functions (`sim.core.compiled.equation`). Numbers of
equations are those of the model's first text; sections are those of docs/ODD.md.
"""
