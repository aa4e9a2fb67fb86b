"""Building an edition: the candidate, what is landed in it, the models of dbt, and the sealed edition."""
