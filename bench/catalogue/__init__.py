"""A made-up catalogue of any size with the truth about its duplicates; knows nothing of how they are found.

python -m bench.catalogue FOLDER --records 100000 --seed 1
"""
