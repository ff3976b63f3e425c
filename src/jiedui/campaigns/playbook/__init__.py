"""Playbooks (方案): a campaign written down as data, so that a sixth one needs no Python.

`load` reads a playbook, `check` names every mistake in one, `built_in` gives those shipped.
"""
