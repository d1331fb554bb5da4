"""Verbs on the roster, one file a noun. None invents an enrollment: only a feed reports one."""
