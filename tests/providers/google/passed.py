"""What passed between us and Google, held against what Google describes."""

from __future__ import annotations

from tests.providers.bench import Bench
from tests.spec_google import check_request, check_response


def check_passed(bench: Bench) -> None:
    cut_short = [line for line in bench.sandbox.log() if "truncate" in line.get("faults", ())]
    for request, response, body in bench.wire.passed:
        sent = request.body or b""
        method, url = str(request.method), str(request.url)
        kind = request.headers.get("Content-Type", "")
        check_request(method, url, sent.encode() if isinstance(sent, str) else sent, kind)
        if not cut_short:
            kind = response.headers.get("Content-Type", "")
            check_response(method, url, response.status_code, body, kind)
