"""A Lambda Runtime API for one process and one event."""

import http.server
import json
import subprocess
import threading


def answer(command, environment, event):
    """Starts a function's binary, sends it one event, and stops it. Returns its response or its error."""
    events, answers = [json.dumps(event).encode()], []
    answered = threading.Event()

    class Api(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if not events:
                # There is no second event.
                threading.Event().wait()
            body = events.pop()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000001")
            self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
            self.send_header(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:000000000000:function:smoke",
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            answers.append((self.path.rsplit("/", 1)[1], json.loads(body)))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            answered.set()

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_):
            """Ignored: the process is killed during its next request."""

    with Server(("127.0.0.1", 0), Api) as api:
        threading.Thread(target=api.serve_forever, daemon=True).start()
        environment = {
            **environment,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": "smoke",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        }
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Stop waiting if the process exits.
        threading.Thread(target=lambda: (process.wait(), answered.set()), daemon=True).start()
        try:
            answered.wait()
        finally:
            process.kill()
            output = process.stdout.read().decode(errors="replace")
            api.shutdown()
    if not answers:
        raise SystemExit(f"{command} exited without a response:\n{output}")
    return answers[0]
