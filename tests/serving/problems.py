"""The one error shape, asserted in one place."""

from __future__ import annotations

from typing import Any

import httpx


def problem_in(response: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem document after checking everything every one of them has."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    content: dict[str, Any] = response.json()
    assert set(content) - {"errors"} == {"type", "title", "status", "detail"}
    assert content["status"] == status
    assert content["title"]
    assert content["detail"]
    assert "Traceback" not in response.text
    assert ".py" not in response.text
    for fault in content.get("errors", []):
        assert set(fault) == {"path", "message"}
        assert fault["path"]
        assert fault["message"]
    return content


def paths_in(response: httpx.Response) -> set[str]:
    """Return the paths of the wrong fields of a 422."""
    return {fault["path"] for fault in problem_in(response, 422)["errors"]}
