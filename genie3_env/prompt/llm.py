"""A language model writes the spec: any server that speaks OpenAI's chat completions.

    GENIE3_LLM_URL=http://localhost:8000/v1 GENIE3_LLM_MODEL=... python -m genie3_env.prompt.llm "a city of glass"

Its answer is validated and repaired (repair.py) or, after one more try, refused. The key is sent to the server that the
address names and shown nowhere.
"""

import inspect
import json
import logging
import os
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genie3_env.prompt.repair import repaired
from genie3_env.prompt.spec import CHOICES, COLOURS, EXAMPLE, FLAGS, NUMBERS, OBJECTS, SWITCHES, WorldSpec

MAX_PROMPT_LENGTH = 4000
MAX_ANSWER_BYTES = 1 << 18
MOST_BRACES = 64  # places of an answer where a JSON object is looked for
SHOWN = 200  # characters of a server's words that an error shows
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Authored:
    """What a language model wrote. repairs: sentences about what had to be put right."""

    spec: WorldSpec
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class Endpoint:
    """A server: address of its chat completions, name of the model, seconds that an answer may take, key or ""."""

    url: str
    model: str
    timeout_s: float
    key: str

    def __repr__(self) -> str:
        return f"Endpoint({self.host}, {self.model!r})"

    @property
    def host(self) -> str:
        """Scheme, name and port: what may be shown of an address."""
        parts = urllib.parse.urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def spec_from_llm(
    prompt: str,
    *,
    url: str | None = None,
    key: str | None = None,
    model: str | None = None,
    timeout_s: float = 30.0,
) -> WorldSpec:
    """The spec that a language model writes for `prompt`; what was repaired in it goes to the log.

    url: of the server, with or without /chat/completions; None: GENIE3_LLM_URL. key: None: GENIE3_LLM_KEY, or none.
    model: None: GENIE3_LLM_MODEL. timeout_s: seconds that one answer may take; at most three are asked for.
    ValueError: a wrong argument, or an answer that is no spec, twice. ConnectionError: the server cannot be reached,
    refuses, or answers something else than a chat completion. TimeoutError: it takes too long.
    """
    authored = author(prompt, url=url, key=key, model=model, timeout_s=timeout_s)
    for repair in authored.repairs:
        _LOG.warning("A language model's spec was repaired: %s", repair)
    return authored.spec


def author(
    prompt: str,
    *,
    url: str | None = None,
    key: str | None = None,
    model: str | None = None,
    timeout_s: float = 30.0,
) -> Authored:
    """As spec_from_llm, with the repairs."""
    if not isinstance(prompt, str) or not prompt.strip() or len(prompt) > MAX_PROMPT_LENGTH:
        raise ValueError(f"The prompt must be text of 1 to {MAX_PROMPT_LENGTH} characters.")
    endpoint = _endpoint(url, key, model, timeout_s)
    messages = [{"role": "system", "content": instructions()}, {"role": "user", "content": prompt}]
    answer = _ask(endpoint, messages)
    try:
        return _authored(answer)
    except ValueError as failure:
        messages += [
            {"role": "assistant", "content": answer[:MAX_PROMPT_LENGTH]},
            {"role": "user", "content": f"That is no spec: {failure} Answer with the corrected JSON object alone."},
        ]
    try:
        return _authored(_ask(endpoint, messages))
    except ValueError as failure:
        raise ValueError(f"{endpoint.host} wrote no spec in two answers. {_hidden(str(failure), endpoint)}") from None


def instructions() -> str:
    """What the model is told: the fields of a spec and what they may be, as spec.py has them."""
    limits = ", ".join(f"{name} {most}" for name, most in OBJECTS.items())
    fields = [
        *(f"{name}: one of {', '.join(known)}" for name, known in CHOICES.items()),
        *(f"{name}: a whole number, {least} to {most}" for name, (least, most) in NUMBERS.items()),
        *(f"{name}: true or false" for name in SWITCHES),
        f"objects: an object of names and counts, null for some; names, each with the largest count: {limits}",
        f"flag_colours: a list of up to {FLAGS[1]} of {', '.join(COLOURS)}",
        "difficulty: a number, 0 to 1",
    ]
    return "\n".join(
        [
            "Turn the user's description of a voxel world into one JSON object and write nothing else. Only theme is",
            "required; leave out every field that the description says nothing about. An example:",
            EXAMPLE,
            "What the fields mean:",
            inspect.getdoc(WorldSpec) or "",
            "What they may hold:",
            *fields,
        ]
    )


def _endpoint(url: str | None, key: str | None, model: str | None, timeout_s: float) -> Endpoint:
    found = {
        "url": os.environ.get("GENIE3_LLM_URL", "") if url is None else url,
        "key": os.environ.get("GENIE3_LLM_KEY", "") if key is None else key,
        "model": os.environ.get("GENIE3_LLM_MODEL", "") if model is None else model,
    }
    for name in ("url", "model"):
        if not found[name]:
            raise ValueError(f"No {name} of a language model: give {name}=... or set GENIE3_LLM_{name.upper()}.")
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", found["url"]) or not found["url"].isascii():
        raise ValueError("The url of a language model must begin with http:// or https://, and hold no spaces.")
    if not re.fullmatch(r"[!-~]*", found["key"]):
        raise ValueError("The key of a language model must be printable ASCII without spaces; it is not shown here.")
    if not isinstance(timeout_s, int | float) or not 0 < timeout_s <= 3600:
        raise ValueError(f"timeout_s must be a number of seconds, more than 0 and at most 3600; got {timeout_s!r}.")
    address = found["url"].rstrip("/")
    if not address.endswith("/chat/completions"):
        address += "/chat/completions"
    try:
        urllib.parse.urlsplit(address).port  # noqa: B018
    except ValueError:
        raise ValueError("The url of a language model has a port that is no number from 0 to 65535.") from None
    return Endpoint(address, str(found["model"]), float(timeout_s), found["key"])


def _ask(endpoint: Endpoint, messages: list[dict[str, str]]) -> str:
    """The text of the model's answer. Servers that do not know `response_format` are asked without it."""
    request = {"model": endpoint.model, "messages": messages, "temperature": 0, "stream": False}
    try:
        body = _post(endpoint, request | {"response_format": {"type": "json_object"}})
    except _BadRequest:
        try:
            body = _post(endpoint, request)
        except _BadRequest as failure:
            raise ConnectionError(str(failure)) from None
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
        if isinstance(content, list):  # in parts
            content = "".join(part["text"] for part in content if part.get("type") == "text")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        content = None
    if not isinstance(content, str):
        raise ConnectionError(f"{endpoint.host} answers something else than a chat completion; is the url right?")
    return content


class _BadRequest(Exception):
    """The server does not take the request as it is."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where a server points to, the key does not follow."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def _post(endpoint: Endpoint, request: dict[str, Any]) -> bytes:
    """The body of the answer."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    asked = urllib.request.Request(endpoint.url, json.dumps(request).encode(), headers, method="POST")
    opener = urllib.request.build_opener(_NoRedirect)

    def send() -> bytes:
        with opener.open(asked, timeout=endpoint.timeout_s) as response:
            return response.read(MAX_ANSWER_BYTES + 1)

    try:
        body = _within(endpoint.timeout_s, send)
    except urllib.error.HTTPError as failure:
        raise _refusal(endpoint, failure) from None
    except TimeoutError:
        raise TimeoutError(
            f"{endpoint.host} gave no answer within {endpoint.timeout_s:g} s; try a longer timeout_s."
        ) from None
    except Exception as failure:
        reason = getattr(failure, "reason", None) or failure
        if isinstance(reason, TimeoutError):
            raise TimeoutError(f"{endpoint.host} gave no answer within {endpoint.timeout_s:g} s.") from None
        shown = _hidden(f"{type(reason).__name__}: {reason}", endpoint)
        raise ConnectionError(f"{endpoint.host} cannot be asked ({shown}); is the url right?") from None
    if len(body) > MAX_ANSWER_BYTES:
        raise ConnectionError(f"{endpoint.host} answers with more than {MAX_ANSWER_BYTES} bytes; none are used.")
    return body


def _within(timeout_s: float, work: Callable[[], bytes]) -> bytes:
    """What `work` returns or raises; TimeoutError where it takes longer, however slowly a server goes on sending."""
    done: list[bytes | Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as failure:
            done.append(failure)

    thread = threading.Thread(target=run, name="language model", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not done:
        raise TimeoutError
    if isinstance(done[0], Exception):
        raise done[0]
    return done[0]


def _refusal(endpoint: Endpoint, failure: urllib.error.HTTPError) -> Exception:
    with failure:
        try:
            said = failure.read(4 * SHOWN).decode("utf-8", "replace").strip()
        except Exception:
            said = ""
    way_out = {401: " Is GENIE3_LLM_KEY right?", 403: " Is GENIE3_LLM_KEY right?", 404: " Is the url right?"}
    if 300 <= failure.code < 400:
        way_out[failure.code] = " Redirections are not followed: give the address itself."
    told = f"{endpoint.host} refuses with HTTP {failure.code}: {_hidden(said, endpoint)}{way_out.get(failure.code, '')}"
    return _BadRequest(told) if failure.code in (400, 422) else ConnectionError(told)


def _hidden(text: str, endpoint: Endpoint) -> str:
    """Text for an error: without the key, in one line, cut."""
    if endpoint.key:
        text = text.replace(endpoint.key, "***")
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def _authored(answer: str) -> Authored:
    """The spec in a model's words; ValueError where there is none."""
    fields, repairs = repaired(_json_object(answer))
    return Authored(WorldSpec.from_dict(fields), tuple(repairs))


def _json_object(answer: str) -> Any:
    """The first JSON object in an answer, which may stand between words or in a code fence."""
    decoder = json.JSONDecoder()
    start = -1
    for _ in range(MOST_BRACES):
        start = answer.find("{", start + 1)
        if start < 0:
            break
        try:
            return decoder.raw_decode(answer, start)[0]
        except (ValueError, RecursionError):
            continue
    raise ValueError("It holds no JSON object.")


def main(argv: list[str] | None = None) -> int:
    """The command: prints the spec as JSON; returns its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if len(words) != 1:
        print('usage: python -m genie3_env.prompt.llm "PROMPT"', file=sys.stderr)
        return 2
    try:
        authored = author(words[0])
    except (ValueError, ConnectionError, TimeoutError) as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    print(authored.spec.to_json())
    for repair in authored.repairs:
        print(f"repaired: {repair}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
