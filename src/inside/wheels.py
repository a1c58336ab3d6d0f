"""Runs inside the sandbox: makes a Python environment of locked files and nothing else.

Called as `python3 -IS wheels.py facts`, which tells what the interpreter is; as `fetch FOLDER`, which makes the
environment and installs what the package gate has; and, by the environment's own interpreter, as `build FOLDER`, which
builds the sources that the operator allows. Needs nothing but Python 3.9: a wheel is an archive with a rule for where
each file goes, and installing one runs nothing of it.
"""

import configparser
import http.client
import io
import json
import os
import platform
import re
import shutil
import socket
import stat
import sys
import zipfile

MOST = 4 * 2**30
SOURCES = ".sources"


def facts():
    """What markers and the names of wheels are compared with."""
    libc, version = platform.libc_ver()
    version_info = sys.implementation.version
    return {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": "",
        "platform_system": platform.system(),
        "platform_version": "",
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "implementation_name": sys.implementation.name,
        "implementation_version": ".".join(str(part) for part in version_info[:3]),
        "glibc": version if libc == "glibc" else None,
    }


class Gate(http.client.HTTPConnection):
    """The package gate, on its socket."""

    def __init__(self):
        super().__init__("127.0.0.1", 80)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect("/run/gate.sock")


def ask(path, target):
    """Copies what the gate has under a path to an open file."""
    gate = Gate()
    gate.request("GET", path, headers={"Host": "127.0.0.1:80", "Connection": "close"})
    response = gate.getresponse()
    if response.status != 200:
        sys.exit(f"{path} was not given")
    shutil.copyfileobj(response, target)
    gate.close()


def make_environment(folder):
    # Not at the top: `facts` is asked often, and this costs more than all the rest.
    import venv

    venv.EnvBuilder(with_pip=False, symlinks=False).create(folder)
    programs = os.path.join(folder, "bin")
    for name in os.listdir(programs):
        path = os.path.join(programs, name)
        if name.startswith("python") and name != "python3":
            os.remove(path)
            os.symlink("python3", path)


def site_of(folder):
    return os.path.join(folder, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def write(path, data, runnable=False):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb" if not os.path.lexists(path) else "wb") as file:
        file.write(data)
    os.chmod(path, 0o755 if runnable else 0o644)


def place_of(name, site, folder):
    """Where a member of a wheel goes: a path, and whether it is a script; nothing for what is not installed."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or any(part in ("", ".", "..") for part in parts):
        sys.exit(f"a wheel has a file that leads out of its place: {name!r}")
    if not parts[0].endswith(".data"):
        return os.path.join(site, *parts), False
    kind, rest = parts[1], parts[2:]
    roots = {"purelib": site, "platlib": site, "scripts": os.path.join(folder, "bin"), "data": folder}
    if kind not in roots or not rest:
        return None, False
    return os.path.join(roots[kind], *rest), kind == "scripts"


def install(wheel, folder):
    site = site_of(folder)
    python = os.path.join(os.path.abspath(folder), "bin", "python3").encode()
    with zipfile.ZipFile(wheel) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if sum(member.file_size for member in members) > MOST:
            sys.exit("a wheel is larger than an environment may be")
        for member in members:
            mode = member.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                sys.exit(f"a wheel has something that is no file: {member.filename!r}")
            path, is_script = place_of(member.filename, site, folder)
            if path is None:
                continue
            data = archive.read(member)
            if is_script and data.startswith(b"#!python"):
                data = b"#!" + python + data[data.find(b"\n"):]
            write(path, data, is_script or bool(mode & 0o100))
        for member in members:
            if re.fullmatch(r"[^/]+\.dist-info/entry_points\.txt", member.filename):
                make_scripts(archive.read(member).decode(), folder, python)


def make_scripts(text, folder, python):
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str
    points.read_string(text)
    for section in ("console_scripts", "gui_scripts"):
        for name, target in points.items(section) if points.has_section(section) else ():
            found = re.match(r"([\w.]+)\s*:\s*([\w.]+)", target)
            if not found or not re.fullmatch(r"[\w.-]+", name):
                sys.exit(f"an entry point is none: {name!r}")
            module, call = found.groups()
            first = call.split(".")[0]
            lines = f"import sys\nfrom {module} import {first}\nif __name__ == '__main__':\n    sys.exit({call}())\n"
            write(os.path.join(folder, "bin", name), b"#!" + python + b"\n" + lines.encode(), True)


def add_local(local, folder):
    """The repository's own projects, as an editable install has them: where their modules lie, and their names."""
    site = site_of(folder)
    roots = [os.path.join(os.getcwd(), one["path"], sub) for one in local for sub in ("src", "")]
    lines = "".join(f"{os.path.normpath(root)}\n" for root in roots if os.path.isdir(root))
    write(os.path.join(site, "repository.pth"), lines.encode())
    for one in local:
        if one["name"] is None:
            continue
        name = re.sub(r"[-_.]+", "_", one["name"])
        data = f"Metadata-Version: 2.1\nName: {one['name']}\nVersion: {one['version']}\n"
        write(os.path.join(site, f"{name}-{one['version']}.dist-info", "METADATA"), data.encode())


def compile_all(folder):
    """So that nothing is written there later: by content, since what is kept is a copy with other times."""
    import compileall
    import py_compile

    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(site_of(folder), quiet=2, invalidation_mode=mode, workers=1)


def fetch(folder):
    if os.path.lexists(folder):
        sys.exit(f"the repository has a {folder} of its own")
    plan = io.BytesIO()
    ask("/plan", plan)
    plan = json.loads(plan.getvalue())
    make_environment(folder)
    for file in plan["files"]:
        if file["wheel"]:
            with open("/tmp/wheel", "w+b") as wheel:
                ask(file["path"], wheel)
                install(wheel, folder)
        else:
            os.makedirs(os.path.join(folder, SOURCES), exist_ok=True)
            with open(os.path.join(folder, SOURCES, os.path.basename(file["path"])), "xb") as source:
                ask(file["path"], source)
    add_local(plan["local"], folder)
    compile_all(folder)


def unpack(source):
    import tarfile

    with tarfile.open(source) as archive:
        os.mkdir("/tmp/source")
        # Links and devices are left out: what is built needs none, and the sandbox holds whatever comes.
        archive.extractall("/tmp/source", [member for member in archive if member.isreg() or member.isdir()])
    [top] = os.listdir("/tmp/source")
    return os.path.join("/tmp/source", top)


def backend_of(project):
    """The name of a project's build backend and the folders where it keeps its own, as its pyproject.toml says."""
    try:
        import tomllib

        with open(os.path.join(project, "pyproject.toml"), "rb") as file:
            system = tomllib.load(file).get("build-system", {})
    except (ImportError, FileNotFoundError):
        system = {}
    return system.get("build-backend", "setuptools.build_meta:__legacy__"), system.get("backend-path", [])


def build(folder):
    """Each in a process of its own: a backend changes the process that it runs in."""
    sources = os.path.join(folder, SOURCES)
    for name in sorted(os.listdir(sources)):
        child = os.fork()
        if child == 0:
            build_one(os.path.join(os.getcwd(), sources, name), os.path.abspath(folder))
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            sys.exit(f"{name} could not be built")
        shutil.rmtree("/tmp/source")
    shutil.rmtree(sources)
    compile_all(folder)


def build_one(source, folder):
    import importlib

    os.chdir(unpack(source))
    name, paths = backend_of(".")
    sys.path[:0] = [os.path.abspath(path) for path in paths]
    module, _, attribute = name.partition(":")
    try:
        backend = importlib.import_module(module)
    except ImportError:
        sys.exit(f"its build needs {module}, which the lockfile does not name")
    for part in attribute.split(".") if attribute else ():
        backend = getattr(backend, part)
    os.makedirs("/tmp/built", exist_ok=True)
    install(os.path.join("/tmp/built", backend.build_wheel("/tmp/built")), folder)


def main():
    what, *rest = sys.argv[1:]
    if what == "facts":
        print(json.dumps(facts()))
    else:
        {"fetch": fetch, "build": build}[what](*rest)


main()
