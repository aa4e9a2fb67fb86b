{{ internal_mart(measures=['review_oral_hearings', 'recall_oral_hearings'], dimensions=[]) }}
