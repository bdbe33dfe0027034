"""1C:Enterprise's standard OData: what is published, how it is asked for, and what its rows mean."""
