"""The pages that people see: plain forms, which work without JavaScript."""
