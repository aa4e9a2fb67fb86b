"""How long things take and how much memory they need: `make bench`.

Each way of doing a thing runs in a separate process, in turn with the ways it is compared with, so that anything else
the machine is doing falls on all alike. What is compared is first checked to give equal results. Nothing here is
imported by the pipeline or the tests.
"""
