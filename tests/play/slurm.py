"""A real Slurm of one node, from Debian's packages, unpacked and not installed; without munge."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins")
PACKAGES += ("libhwloc15", "libmunge2")
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")
CONFIG = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={prefix}/state
SlurmdSpoolDir={prefix}/spool
SlurmctldPidFile={prefix}/slurmctld.pid
SlurmdPidFile={prefix}/slurmd.pid
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
PluginDir={prefix}/unpacked/{libraries}/slurm-wlm
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Missing(Exception):
    """Slurm cannot be had or started here; the text says why."""


@contextlib.contextmanager
def cluster(prefix):
    """The environment in which `sbatch` reaches a Slurm of one node.

    Raises:
        Missing: if it cannot be had or started here.
    """
    unpacked = _unpacked(prefix)
    for name in ("state", "spool"):
        (prefix / name).mkdir()
    fields = {"host": socket.gethostname().split(".")[0], "user": getpass.getuser()}
    fields |= {"prefix": prefix, "libraries": LIBRARIES, "ports": _free_ports()}
    (prefix / "slurm.conf").write_text(CONFIG.format(**fields))
    libraries = unpacked / LIBRARIES
    environment = {
        **os.environ,
        "SLURM_CONF": str(prefix / "slurm.conf"),
        "LD_LIBRARY_PATH": f"{libraries / 'slurm-wlm'}:{libraries}",
        "PATH": f"{unpacked / 'usr/bin'}:{os.environ['PATH']}",
    }
    programs = unpacked / "usr/sbin"
    step = str(programs / "slurmstepd-wlm")
    commands = (
        [str(programs / "slurmctld-wlm"), "-D"],
        [str(programs / "slurmd-wlm"), "-D", "-N", fields["host"], "-d", step],
    )
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((prefix / "log").open("w"))
        for command in commands:
            try:
                running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            except OSError as error:
                raise Missing(f"{command[0]} does not start: {error}") from None
            stack.callback(running.wait)
            stack.callback(running.terminate)
        _wait(environment, prefix / "log")
        yield environment


def _unpacked(prefix):
    """Where the packages are: downloaded by Debian's own client, which checks them."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Missing("there is no apt-get")
    debs, unpacked = prefix / "debs", prefix / "unpacked"
    debs.mkdir()
    asked = ["apt-get", "download", *PACKAGES]
    got = subprocess.run(asked, cwd=debs, capture_output=True, text=True, check=False, timeout=120)
    if got.returncode:
        raise Missing(f"apt-get has no packages of Slurm: {got.stderr.strip()[-200:]}")
    for package in debs.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
    if not (unpacked / LIBRARIES / "slurm-wlm").is_dir():
        raise Missing("the packages of Slurm are not where they are looked for")
    return unpacked


def _wait(environment, log):
    """Until the node is idle."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        asked = ["sinfo", "-h", "-o", "%T"]
        told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
        if told.stdout.strip() == "idle":
            return
        time.sleep(0.5)
    raise Missing(f"its node does not become idle: {log.read_text()[-300:]}")


def _free_ports():
    """Two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as two:
        for free in (one, two):
            free.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]
