"""The order's form and the forms that change order statuses."""
