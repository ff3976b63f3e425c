"""kill -9 loses nothing and leaves nothing behind; a port in use is said in a sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from installations import copied, empty


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(shared, tmp_path, port):
    started = []
    copied(empty(shared), tmp_path / "data")
    environment = {
        **os.environ,
        "JIEDUI_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "jiedui.settings",
    }

    def begin():
        command = [sys.executable, "-m", "jiedui", "serve", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(condition, *, tries=600):
    for _try in range(tries):
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is asked for on Linux only")
def test_a_killed_server_frees_its_port_and_starts_again(start, port):
    first = start()
    assert until(lambda: answers(port))
    first.send_signal(signal.SIGKILL)
    assert until(lambda: not answers(port))
    start()
    assert until(lambda: answers(port))


def test_a_port_in_use_is_said_in_a_sentence(start, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = start()
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert f"Port {port}" in said
    assert f"--port {port + 1}" in said
