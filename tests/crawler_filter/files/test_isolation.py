"""A file that breaks its reader costs its own answer and no more, whatever started or forked the process."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler_filter.files import isolation
from crawler_filter.files.budget import Budget, Member, Skipped
from tests.crawler_filter.files.sample_archives import UPRIGHT, pdf, picture
from tests.crawler_filter.fingerprints.generated import pixels

pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")

BOOK = pdf([(["The first page."], None, b""), ([], picture(pixels(60, 40, 12, 1)), UPRIGHT)])
READY = """
import json, sys, time
said = json.dumps({"is": "ready", "size": 0}).encode()
def say(raw):
    sys.stdout.buffer.write(len(raw).to_bytes(4, "little") + raw); sys.stdout.buffer.flush()
say(said)
sys.stdin.buffer.read(4)
"""
MISBEHAVING = {
    "ends without a word": "",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "says what is no header": 'say(b"{}")',
    "says a list": 'say(b"[]")',
    "says a header without end": 'sys.stdout.buffer.write(b"\\xff" * 4); sys.stdout.buffer.flush()',
    "says that gigabytes follow": 'say(b\'{"is": "file", "size": 99999999999}\')',
    "says less than it should": 'say(b\'{"is": "file", "size": 9}\')',
    "says a picture that is none": 'say(json.dumps({"is": "file", "name": "", "size": 0, "shape": [9, 9, 3], "parts": 0, "unpacked": 0, "pixels": 0, "seconds": 0}).encode())',
    "says too little": 'say(json.dumps({"is": "file", "size": 0}).encode())',
    "is not a program of ours": None,
}


def budget(content=BOOK):
    return Budget.of_file(len(content), characters=1 << 20, pictures=True)


def read(content=BOOK):
    return list(isolation.parts("pdf", content, budget(content)))


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    started, start = [], isolation.subprocess.Popen
    monkeypatch.setattr(
        isolation.subprocess, "Popen", lambda *a, **k: started.append(start(*a, **k)) or started[-1]
    )
    monkeypatch.setattr(isolation, "_SECONDS_TO_START", 600.0)  # on a busy machine a process starts late
    isolation._CHILDREN.end()
    yield
    isolation._CHILDREN.end()
    for process in started:
        with pytest.raises(ChildProcessError):  # it neither runs nor is it dead and still to be waited for
            os.waitpid(process.pid, os.WNOHANG)


def test_one_process_reads_one_file_after_another():
    first, second = read(), read()
    assert [each.name for each in first] == ["page 1", "page 2", "page 2"]
    assert [each.name for each in second] == [each.name for each in first]
    (child,) = isolation._CHILDREN.idle
    assert child.process.poll() is None


def test_what_reading_took_is_taken_from_the_budget():
    left = budget()
    before = left.seconds, left.pixels
    for _ in range(200):  # the clock of a process whose time is limited may go by the ticks of the system
        list(isolation.parts("pdf", BOOK, left))
        if left.seconds < before[0]:
            break
    assert left.seconds < before[0]
    assert left.pixels < before[1]


@pytest.mark.parametrize("script", MISBEHAVING.values(), ids=MISBEHAVING)
def test_a_reader_that_misbehaves_is_said_and_replaced(script, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(isolation, "_START", "1" if script is None else READY + script)
        (part,) = read()
    assert isinstance(part, Skipped)
    assert "process could be started" in part.reason if script is None else "broke its reader" in part.reason
    assert isolation._CHILDREN.idle == []
    assert isinstance(read()[0], Member)


@pytest.mark.whole
def test_a_reader_that_says_nothing_is_not_waited_for(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(isolation, "_START", READY + "time.sleep(3600)")
        patch.setattr(isolation, "_PATIENCE", 0.0)
        patch.setattr(isolation, "_SECONDS_TO_START", 5.0)
        (part,) = read()
    assert "does not answer" in part.reason


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux limits processes")
@pytest.mark.parametrize(
    ("work", "ended_by"),
    [("while True: pass", -signal.SIGXCPU), ("bytearray(3 << 30)", 1)],
    ids=["time", "memory"],
)
def test_the_system_ends_a_reader_that_takes_too_much(work, ended_by):
    script = f"""
from crawler_filter.files.budget import Budget
from crawler_filter.files.isolated import limit_process
limit_process(9, Budget(0, 0, 0, 0, 0, seconds=-1.5, pictures=True))
{work}"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert run.returncode == ended_by


def test_what_the_system_ended_for_its_time_is_said(monkeypatch):
    dies = "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)"
    with monkeypatch.context() as patch:
        patch.setattr(isolation, "_START", READY + dies)
        (part,) = read()
    assert part.reason == "it takes too long to read"


def test_a_reader_that_died_while_it_waited_is_replaced():
    read()
    isolation._CHILDREN.idle[0].process.kill()
    isolation._CHILDREN.idle[0].process.wait()
    assert isinstance(read()[0], Member)


def test_whoever_stops_reading_leaves_no_process():
    found = isolation.parts("pdf", BOOK, budget())
    next(found)
    found.close()
    assert isolation._CHILDREN.idle == []


def test_threads_read_at_the_same_time():
    with ThreadPoolExecutor(4) as pool:
        read_by_each = list(pool.map(lambda _: [each.name for each in read()], range(8)))
    assert read_by_each == [["page 1", "page 2", "page 2"]] * 8
    assert len(isolation._CHILDREN.idle) <= os.cpu_count()


def in_a_process(queue):
    queue.put([each.name for each in read()])


@pytest.mark.whole
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("daemon", [True, False])
def test_a_worker_reads_however_it_was_started(method, daemon):
    read()  # so that a fork has something to inherit
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    worker = context.Process(target=in_a_process, args=(queue,), daemon=daemon)
    worker.start()
    assert queue.get(timeout=120) == ["page 1", "page 2", "page 2"]
    worker.join()
    worker.close()
    queue.close()
    queue.join_thread()
    assert [each.name for each in read()] == ["page 1", "page 2", "page 2"]
    isolation._CHILDREN.end()


def test_a_fork_in_the_middle_of_a_file_ends_nobody_elses_reader():
    found = isolation.parts("pdf", BOOK, budget())
    next(found)
    if (pid := os.fork()) == 0:
        found.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert [each.name for each in found] == ["page 2", "page 2"]


def test_an_owner_s_file_has_ten_minutes_and_as_much_memory_as_it_takes():
    own = Budget.of_own_file(len(BOOK))
    assert own.seconds > 600
    assert len(list(isolation.parts("pdf", BOOK, own))) == 3


def test_a_process_without_a_program_says_so(monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    (part,) = read()
    assert "no process could be started" in part.reason


def test_other_archives_are_read_through_it(tmp_path):
    libarchive = pytest.importorskip("libarchive", reason="the archives extra is not installed")
    with libarchive.file_writer(str(tmp_path / "a.7z"), "7zip") as archive:
        archive.add_file_from_memory("a.txt", 5, b"hello")
    packed = (tmp_path / "a.7z").read_bytes()
    assert list(isolation.parts("archive", packed, budget(packed))) == [Member("a.txt", "text/plain", b"hello")]
    (part,) = isolation.parts("archive", packed[:40], budget(packed))
    assert "a broken archive" in part.reason
