"""Keeps Python Lambda functions warm: events come in on one pipe, answers go out on another.

Request:  number of the function (u16), payload length (u32), context length (u32), request id
          (36 bytes), idempotency key (36 bytes); context, payload.
Answer:   kind (u8), payload length (u32), payload. All integers are little-endian.

Standard output and error belong to the function. After an invocation that wrote to them a mark
with its request id follows in the same pipe, so that the reader can tell whose output it is.
"""

import decimal
import importlib
import io
import json
import logging
import math
import os
import re
import struct
import sys
import time
import traceback

REQUESTS, ANSWERS = 3, 4
REQUEST_HEADER = struct.Struct("<HII36s36s")
ANSWER_HEADER = struct.Struct("<BI")
RESULT, ERROR, FINAL_ERROR, LOGGED, READY = 0, 1, 2, 4, 8
THIS_FILE = "maprun/bootstrap.py"


class Fault(Exception):
    """An error of the runtime's own, named as Lambda names it."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


class Record:
    """An object whose attributes are members of the JSON object in which Lambda got them."""

    names = ()
    __slots__ = ("__dict__",)

    def __init__(self, members):
        for name in self.names:
            setattr(self, name, members.get(name))

    def __repr__(self):
        return f"{type(self).__name__}({vars(self)})"


class CognitoIdentity(Record):
    names = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(Record):
    names = (
        "installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name",
    )


class ClientContext(Record):
    names = ("custom", "env", "client")

    def __init__(self, members):
        super().__init__(members)
        self.client = Client(self.client) if self.client is not None else None


class LambdaContext:
    """What a handler gets as its second argument."""

    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
    log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
    invoked_function_arn = None
    tenant_id = None
    timeout = 0.0

    def __init__(self, request_id, key):
        self.aws_request_id = request_id
        self._key = key
        self._client = None
        self.identity = CognitoIdentity({})
        self._deadline = time.monotonic() + self.timeout

    @property
    def client_context(self):
        if not isinstance(self._client, ClientContext):
            members = dict(self._client or {})
            custom = {"idempotencyKey": self._key.decode(), **(members.get("custom") or {})}
            self._client = ClientContext({**members, "custom": custom})
        return self._client

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def w3c(self):
        return {}

    def __repr__(self):
        return f"LambdaContext([aws_request_id={self.aws_request_id}])"

    def complete(self, members):
        """Takes over what came with this one request."""
        self.invoked_function_arn = members.get("arn", self.invoked_function_arn)
        if members.get("clientContext") is not None:
            self._client = members["clientContext"]


class LogFile(io.FileIO):
    """Standard output or error, which remembers whether anything was written."""

    touched = False

    def __init__(self, descriptor):
        super().__init__(descriptor, "wb", closefd=False)

    def write(self, data):
        LogFile.touched = True
        return super().write(data)


class Encoder:
    """JSON as Lambda's runtime writes it: Decimals as numbers, bytes as text, NaN let through."""

    mark = os.urandom(8).hex()

    def __init__(self, ascii_only):
        self.has_decimals = False
        self.compact = self.make(ascii_only)
        self.escaped = self.make(True)

    def make(self, ascii_only):
        return json.JSONEncoder(
            ensure_ascii=ascii_only, separators=(",", ":"), default=self.convert
        ).encode

    def convert(self, value):
        if isinstance(value, decimal.Decimal):
            if value.is_nan():
                return math.nan
            self.has_decimals = True
            return f"{self.mark}{value}{self.mark}"
        if isinstance(value, (bytes, bytearray)):
            return value.decode()
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    def encode(self, value):
        try:
            data = self.compact(value).encode()
        except UnicodeEncodeError:
            data = self.escaped(value).encode()  # a lone surrogate has no UTF-8
        if self.has_decimals:
            self.has_decimals = False
            data = re.sub(f'"{self.mark}(.*?){self.mark}"'.encode(), rb"\1", data)
        return data


class RequestIdFilter(logging.Filter):
    current = ""

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.current
        return True


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.terminator = ""
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
        "%Y-%m-%dT%H:%M:%S",
    ))
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


def find_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise Fault(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)",
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault(
            "Runtime.UserCodeSyntaxError",
            f"Syntax error in module '{module_name}': {error}", [place],
        ) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault(
            "Runtime.HandlerNotFound",
            f"Handler '{function_name}' missing on module '{module_name}'",
        ) from None


def user_frames(error):
    """The trace from the first frame of the function's own code on."""
    # Of frames as tuples nothing within a line is marked, as in Lambda.
    frames = [(frame.filename, frame.lineno, frame.name, frame.line)
              for frame in traceback.extract_tb(error.__traceback__)]
    own = [index for index, (filename, *_) in enumerate(frames) if filename != THIS_FILE
           and not filename.startswith("<frozen importlib")]
    return traceback.format_list(frames[own[0]:] if own else frames)


def describe(error, request_id):
    if isinstance(error, Fault):
        return str(error), error.error_type, error.trace
    return str(error), type(error).__name__, user_frames(error)


class Function:
    """A handler, or why there is none, and its kind of context."""

    def __init__(self, handler_name, arn, is_alone):
        members = {"invoked_function_arn": arn}
        if not is_alone:
            name = arn.rpartition(":")[2]
            members.update(
                function_name=name, log_group_name=f"/aws/lambda/{name}",
                log_stream_name=f"[$LATEST]{name}")
        self.context = type("LambdaContext", (LambdaContext,), members)
        self.failure = None
        self.handler = None
        try:
            self.handler = find_handler(handler_name)
        except Exception as error:
            self.failure = error


class Instance:
    def __init__(self, names):
        version = re.search(r"python3\.(\d+)", os.environ.get("AWS_EXECUTION_ENV", ""))
        self.encoder = Encoder(version is not None and int(version.group(1)) < 12)
        self.decode = json.JSONDecoder().decode
        self.functions = [Function(*name, len(names) == 1) for name in names]

    @property
    def has_failed(self):
        return any(function.failure is not None for function in self.functions)

    def answer(self, function, event, context_members, request_id, key):
        """The kind and the bytes of the answer to one event."""
        if function.failure is not None:
            # A failed start that is no plain mistake in the code may succeed in a fresh process.
            kind = ERROR if isinstance(function.failure, Fault) else FINAL_ERROR
            return kind, self.report(function.failure, request_id)
        try:
            context = function.context(request_id, key)
            if context_members:
                context.complete(context_members)
            return RESULT, self.marshal(function.handler(self.unmarshal(event), context))
        except Exception as error:
            return ERROR, self.report(error, request_id)

    def unmarshal(self, event):
        try:
            return self.decode(event.decode())
        except Exception as error:
            raise Fault(
                "Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None

    def marshal(self, result):
        if isinstance(result, bytes):
            return result
        try:
            return self.encoder.encode(result)
        except Exception as error:
            raise Fault(
                "Runtime.MarshalError", f"Unable to marshal response: {error}") from None

    def report(self, error, request_id):
        message, error_type, trace = describe(error, request_id)
        lines = [f"[ERROR] {error_type}: {message}" if message else f"[ERROR] {error_type}"]
        if trace:
            lines.append("Traceback (most recent call last):")
        print("\n".join(lines + [entry.rstrip("\n") for entry in trace]), file=sys.stderr)
        return self.encoder.encode({
            "errorMessage": message, "errorType": error_type, "requestId": request_id,
            "stackTrace": trace,
        })


def write_all(data):
    while data:
        data = data[os.write(ANSWERS, data):]


class Fork:
    """Ends processes that the function forked and let come back out of its own code."""

    is_child = False

    @classmethod
    def note(cls):
        cls.is_child = True

    @classmethod
    def end(cls, status):
        if cls.is_child:
            os._exit(status)


def serve(instance, requests, outputs):
    header_size = REQUEST_HEADER.size
    while True:
        header = requests.read(header_size)
        if len(header) < header_size:
            return
        number, payload_length, context_length, request_id, key = REQUEST_HEADER.unpack(header)
        request_id = request_id.decode()
        RequestIdFilter.current = request_id
        members = json.loads(requests.read(context_length)) if context_length else None
        kind, data = instance.answer(
            instance.functions[number], requests.read(payload_length), members, request_id, key)
        Fork.end(0 if kind == RESULT else 1)
        for output in outputs:
            output.flush()
        if LogFile.touched:
            LogFile.touched = False
            kind |= LOGGED
            os.write(1, b"\x1e%s\x1e" % request_id.encode())
        # One write for each answer: an answer in a buffer would be lost with the process, and
        # its invocation done twice.
        write_all(ANSWER_HEADER.pack(kind, len(data)) + data)
        if kind & FINAL_ERROR:
            return


def main():
    timeout, *names = sys.argv[1:]
    sys.argv[:] = [THIS_FILE]
    for descriptor in (REQUESTS, ANSWERS):
        os.set_inheritable(descriptor, False)
    requests = io.open(REQUESTS, "rb", buffering=1 << 18)
    outputs = [
        io.TextIOWrapper(
            io.BufferedWriter(LogFile(descriptor)), encoding="utf-8",
            errors="backslashreplace", line_buffering=True)
        for descriptor in (1, 2)
    ]
    sys.stdout, sys.stderr = outputs
    sys.__stdout__, sys.__stderr__ = outputs
    LambdaContext.timeout = float(timeout)
    os.environ.setdefault(
        "AWS_EXECUTION_ENV", f"AWS_Lambda_python{sys.version_info[0]}.{sys.version_info[1]}")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    set_up_logging()
    os.register_at_fork(after_in_child=Fork.note)
    instance = Instance(list(zip(names[::2], names[1::2])))
    Fork.end(1 if instance.has_failed else 0)
    write_all(ANSWER_HEADER.pack(READY, 0))
    serve(instance, requests, outputs)


main()
