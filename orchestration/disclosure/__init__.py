"""Statistical disclosure control of figures counted from records: what may be printed, and whether it holds.

Pure: frames and arrays in, frames and arrays out. `cells` says which counts a figure gives away, `equations` how they
hang together, `suppression` which of them to hide, `intruder` what can be worked out all the same.
"""
