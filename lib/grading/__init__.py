"""The instructor's grading desk. Kept empty so that a worker starts quickly."""
