"""The JSON API: one table of operations gives the routes, the validation and the OpenAPI document."""
