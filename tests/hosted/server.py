"""A small server of the tests' own: it speaks the chat protocol, and goes wrong as it is told.

It is for faults and dialects, not for truth: what a real server does is tested with a real one.
"""

import contextlib
import hashlib
import json
import math
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = ("429", "500", "cut off", "garbage", "slow")
KNOWN = {"model", "messages", "temperature", "top_p", "presence_penalty", "frequency_penalty"}
KNOWN |= {"seed", "max_tokens"}


@dataclass
class Script:
    """What a server does.

    say: gives the answer to a prompt and the request's body. likely: probability of every first
        token, or None if log-probabilities are not told.
    fault: gives the fault of the n-th request, or "". slow: seconds that a slow reply takes.
    takes: fields known beside the plain ones; strict: whether others are refused, else ignored.
    held: the field by which it can be held to some words, or "".
    """

    say: object = None
    likely: object = None
    fault: object = None
    slow: float = 1.0
    takes: frozenset = frozenset({"top_k", "min_p", "repetition_penalty"})
    strict: bool = False
    held: str = ""
    usage: bool = True
    key: str | None = None
    seen: list = field(default_factory=list)
    lock: object = field(default_factory=threading.Lock)


def pick(prompt, body, words=("F", "K")):
    """A word that depends on prompt and seed alone."""
    digest = hashlib.sha256(f"{prompt}|{body.get('seed')}".encode()).digest()
    return words[digest[0] % len(words)]


def letters(prompt, body):
    """Letters that depend on prompt and seed alone."""
    return hashlib.sha256(f"{prompt}|{body.get('seed')}".encode()).hexdigest()[:20]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        script = self.server.script
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with script.lock:
            number = len(script.seen)
            script.seen.append(body)
        if script.key and self.headers["Authorization"] != f"Bearer {script.key}":
            said = f"Incorrect API key provided: {self.headers['Authorization']}"
            return self.reply(401, {"error": {"message": said}})
        fault = script.fault(number) if script.fault else ""
        if fault in ("429", "500"):
            return self.reply(int(fault), {"error": {"message": "no"}}, {"Retry-After": "0"})
        if fault.isdigit():
            return self.reply(int(fault), {"error": {"message": f"no, {body['model']}"}})
        if fault == "garbage":
            return self.reply(200, "<html>Bad gateway")
        if fault == "slow":
            time.sleep(script.slow)
        unknown = set(body) - KNOWN - script.takes - {script.held}
        if script.likely is None:
            unknown |= {"logprobs", "top_logprobs"} & set(body)
        else:
            unknown -= {"logprobs", "top_logprobs"}
        if unknown and script.strict:
            said = f"Unexpected fields in the request: {sorted(unknown)}"
            return self.reply(422, {"error": {"message": said}})
        return self.reply(200, self.answered(body), cut=fault == "cut off")

    def answered(self, body):
        script, prompt = self.server.script, body["messages"][0]["content"]
        say = script.say or letters
        if script.held and script.held in body:
            text = self.held(prompt, body)
        elif "Say hello" in prompt:
            text = "hello"
        else:
            text = say(prompt, body)
        choice = {"index": 0, "finish_reason": "stop", "message": {"content": text}}
        if script.likely is not None and body.get("logprobs"):
            told = script.likely(prompt)
            listed = sorted(told.items(), key=lambda pair: -pair[1])[: body["top_logprobs"]]
            top = [{"token": t, "logprob": math.log(p)} for t, p in listed]
            choice["logprobs"] = {"content": [{"token": "x", "top_logprobs": top}]}
        usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": len(text) // 4 + 1}
        return {"choices": [choice], **({"usage": usage} if script.usage else {})}

    def held(self, prompt, body):
        """An answer with one of the words that the request allows."""
        told = body[self.server.script.held]
        if self.server.script.held == "structured_outputs":
            return pick(prompt, body, told["choice"])
        if self.server.script.held == "guided_choice":
            return pick(prompt, body, told)
        if self.server.script.held == "grammar":
            words = [json.loads(part) for part in told.removeprefix("root ::= ").split(" | ")]
            return pick(prompt, body, words)
        schema = told["json_schema"]["schema"]
        return json.dumps({"choice": pick(prompt, body, schema["properties"]["choice"]["enum"])})

    def reply(self, status, told, headers=(), *, cut=False):
        content = (told if isinstance(told, str) else json.dumps(told)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """A client that has given up waiting is no news."""


@contextlib.contextmanager
def serving(script):
    """The base URL of a server that follows the script."""
    server = Server(("127.0.0.1", 0), Handler)
    server.script = script
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
