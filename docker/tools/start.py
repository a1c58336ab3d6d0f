"""Starts a tool that is a Python module, from the wheels beside this file and from nothing else of the machine but its Python."""

import os
import runpy
import sys

# Wheels are unpacked without an environment around them: its links would name folders of the machine that made it.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "python"))
module = sys.argv[1]
sys.argv[:2] = [module]
runpy.run_module(module, run_name="__main__", alter_sys=True)
