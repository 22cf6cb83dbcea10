"""The pages: server-rendered, complete without JavaScript, one style sheet, nothing from another site.

Views read a form, ask the domain, and choose a template; sentences stand in `words` and the templates. No rule of
the registry is decided here.
"""
