"""A language model's specs, asked of a server of our own on this machine: what it may answer, and what it may not."""

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from genie3_env.prompt import llm
from genie3_env.prompt.llm import Authored, author, instructions, main, spec_from_llm
from genie3_env.prompt.repair import FIELDS
from genie3_env.prompt.spec import BUILDING_MATERIALS, OBJECTS, THEMES, WorldSpec

KEY = "sk-secret-1234567890"
CASTLE = '{"theme": "castle", "hour": "night", "objects": {"tower": 3}}'


def completion(content):
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


class Server:
    """Answers one after the other: bytes, (status, bytes), or a function of the request handler."""

    def __init__(self):
        self.answers, self.requests, self.headers = [], [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append(json.loads(body))
                outer.headers.append(dict(self.headers) | {"path": self.path})
                answer = outer.answers.pop(0)
                if callable(answer):
                    answer(self)
                    return
                status, payload = answer if isinstance(answer, tuple) else (200, answer)
                self.send_response(status)
                if status in (302, 307):
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    for name in ("GENIE3_LLM_URL", "GENIE3_LLM_KEY", "GENIE3_LLM_MODEL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Server()
    yield server
    server.close()


def ask(server, *answers, prompt="a castle at night with three towers", timeout_s=5.0):
    server.answers = list(answers)
    return author(prompt, url=server.url, key=KEY, model="tiny", timeout_s=timeout_s)


def test_the_model_is_asked_once_and_its_spec_is_used(server):
    authored = ask(server, completion(CASTLE))
    assert authored == Authored(WorldSpec("castle", hour="night", objects=(("tower", 3),)), ())
    (request,) = server.requests
    assert request["model"] == "tiny" and request["response_format"] == {"type": "json_object"}
    assert request["messages"][-1] == {"role": "user", "content": "a castle at night with three towers"}
    assert server.headers[0]["path"] == "/v1/chat/completions"
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_what_the_model_is_told_holds_every_field_and_name_of_a_spec():
    told = instructions()
    for name in (*FIELDS, *THEMES, *OBJECTS, *BUILDING_MATERIALS):
        assert name in told, name
    assert f"tower {OBJECTS['tower']}" in told and len(told) < 10_000


@pytest.mark.parametrize(
    "content",
    [
        f"```json\n{CASTLE}\n```",
        f"Here you are: {CASTLE} Have fun!",
        f"{{not json}} {CASTLE}",
        [{"type": "text", "text": CASTLE[:20]}, {"type": "text", "text": CASTLE[20:]}],
        json.dumps({"world": json.loads(CASTLE)}),
    ],
)
def test_the_spec_is_found_between_words(server, content):
    assert ask(server, completion(content)).spec == WorldSpec("castle", hour="night", objects=(("tower", 3),))
    assert len(server.requests) == 1


def test_what_can_be_repaired_is_and_is_told(server, caplog):
    answer = completion('{"theme": "casle", "flags": 99, "smell": "sweet", "objects": {"towers": 2}}')
    authored = ask(server, answer)
    assert authored.spec == WorldSpec("castle", flags=5, objects=(("tower", 2),))
    assert len(authored.repairs) == 4 and "field 'smell' is not known: left out." in authored.repairs
    server.answers = [answer]
    with caplog.at_level(logging.WARNING):
        assert spec_from_llm("a castle", url=server.url, key=KEY, model="tiny") == authored.spec
    assert caplog.text.count("was repaired") == 4 and KEY not in caplog.text


@pytest.mark.parametrize("bad", ["I cannot do that.", '{"theme": "zzz"}', "[1, 2]", '{"theme": ', "{" * 5000, ""])
def test_an_answer_that_is_no_spec_is_asked_for_once_more_with_the_reason(server, bad):
    assert ask(server, completion(bad), completion(CASTLE)).spec.theme == "castle"
    first, again = server.requests
    assert again["messages"][:2] == first["messages"] and "That is no spec: " in again["messages"][-1]["content"]
    with pytest.raises(ValueError, match=r"127.0.0.1:\d+ wrote no spec in two answers. (The answer names no|It holds)"):
        ask(server, completion(bad), completion(bad))


def test_a_server_without_response_format_is_asked_without_it(server):
    refusal = 400, b'{"error": "response_format is not supported"}'
    assert ask(server, refusal, completion(CASTLE)).spec.theme == "castle"
    assert ["response_format" in request for request in server.requests] == [True, False]
    with pytest.raises(ConnectionError, match=r"refuses with HTTP 400: .*response_format is not supported"):
        ask(server, refusal, refusal)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, b"wrong key " + KEY.encode()), r"refuses with HTTP 401: wrong key \*\*\* Is GENIE3_LLM_KEY right"),
        ((404, b"nothing here"), "HTTP 404: nothing here Is the url right"),
        ((500, b"\x00\xff" * 10_000), "HTTP 500: "),
        ((307, b""), "HTTP 307: .*Redirections are not followed"),
        (b"<html>hello</html>", "something else than a chat completion; is the url right"),
        (b'{"choices": []}', "something else than a chat completion"),
        (b'{"choices": [{"message": {"content": null}}]}', "something else than a chat completion"),
        (b"[" * 100_000, "something else than a chat completion"),
        (b" " * (llm.MAX_ANSWER_BYTES + 1), "answers with more than 262144 bytes; none are used"),
        (lambda handler: handler.connection.close(), "cannot be asked"),
        (lambda handler: handler.wfile.write(b"HTTP/9 nonsense\r\n\r\n"), "cannot be asked"),
    ],
)
def test_a_server_that_fails_gets_a_clear_error_without_the_key(server, answer, message):
    with pytest.raises(ConnectionError, match=message) as caught:
        ask(server, answer)
    assert KEY not in str(caught.value) and caught.value.__cause__ is None


def drip(handler):
    """Headers at once, then a byte of the body now and then, for ever."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        pass


@pytest.mark.parametrize("answer", [drip, lambda handler: time.sleep(1.0)])
def test_a_slow_server_is_not_waited_for(server, answer):
    start = time.monotonic()
    with pytest.raises(TimeoutError, match=r"127.0.0.1:\d+ gave no answer within 0.3 s"):
        ask(server, answer, timeout_s=0.3)
    assert time.monotonic() - start < 0.9


def test_nobody_there_is_told():
    with pytest.raises(ConnectionError, match=r"http://127.0.0.1:9 cannot be asked .*is the url right"):
        author("a castle", url="http://127.0.0.1:9/v1", key=KEY, model="tiny", timeout_s=5.0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"url": ""}, "No url of a language model: give url=... or set GENIE3_LLM_URL"),
        ({"model": ""}, "No model of a language model: .* GENIE3_LLM_MODEL"),
        ({"url": "file:///etc/passwd"}, "must begin with http:// or https://"),
        ({"url": "http://a b"}, "hold no spaces"),
        ({"url": "http://localhost:99999"}, "a port that is no number from 0 to 65535"),
        ({"key": f"{KEY}\r\nHost: evil"}, "printable ASCII without spaces; it is not shown"),
        ({"timeout_s": 0}, "timeout_s must be a number of seconds, more than 0 and at most 3600; got 0"),
        ({"prompt": " "}, "The prompt must be text of 1 to 4000 characters"),
        ({"prompt": "x" * 4001}, "The prompt must be text"),
        ({"prompt": None}, "The prompt must be text"),
    ],
)
def test_wrong_arguments_are_refused_without_the_key(wrong, message):
    right = {"prompt": "a castle", "url": "http://127.0.0.1:9", "key": KEY, "model": "tiny"}
    with pytest.raises(ValueError, match=message) as caught:
        author(**(right | wrong))
    assert KEY not in str(caught.value)


def test_an_endpoint_does_not_show_its_key():
    endpoint = llm.Endpoint("http://user:word@localhost:80/v1?key=abc", "tiny", 1.0, KEY)
    assert repr(endpoint) == "Endpoint(http://localhost:80, 'tiny')"


def test_the_command_prints_the_spec_and_the_address_comes_from_the_environment(server, monkeypatch, capsys):
    monkeypatch.setenv("GENIE3_LLM_URL", server.url + "/chat/completions")
    monkeypatch.setenv("GENIE3_LLM_MODEL", "tiny")
    server.answers = [completion('{"theme": "castle", "flags": 1}')]
    assert main(["a castle"]) == 0
    assert "Authorization" not in server.headers[0]
    out, err = capsys.readouterr()
    assert WorldSpec.from_json(out) == WorldSpec("castle", flags=3) and "repaired: flags 1 lies outside 3 to 5" in err
    server.answers = [(401, b"no")]
    assert main(["a castle"]) == 1 and "error: " in capsys.readouterr().err
    assert main([]) == 2 and "usage: " in capsys.readouterr().err
