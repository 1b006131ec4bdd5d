"""What a right request gets: the answer, its headers, and the lists of the catalog."""

from __future__ import annotations

import bentoml
import httpx
import pytest

from serving.door.operations import OPERATIONS
from serving.messages.answers import Comparison, Prediction
from tests.serving.asking import booking, campaign, compare, predict
from tests.serving.problems import problem_in

BASELINE = "brand_id=b1&starts_on=2024-05-06&ends_on=2024-05-19"


def test_a_prediction_comes_back_whole(client: httpx.Client) -> None:
    response = client.post("/v1/predict", json=predict(interval=0.8))
    assert response.status_code == 200
    answer = Prediction.model_validate_json(response.content)
    # Two posts: 0.2 % of 1.5 million is 3,000, half to one and a half times as much.
    found = answer.incremental_revenue
    assert (found.low, found.mean, found.high) == pytest.approx((1500, 3000, 4500))
    assert answer.return_on_spend is not None
    assert answer.return_on_spend.mean == pytest.approx(2.0)
    assert answer.interval == 0.8


def test_a_roster_without_cost_has_no_return_on_spend(client: httpx.Client) -> None:
    answer = client.post("/v1/predict", json=predict(roster=[booking(fee=0)])).json()
    assert answer["return_on_spend"] is None


def test_a_whole_number_may_be_written_with_a_point(client: httpx.Client) -> None:
    response = client.post("/v1/predict", content=_raw('"posts": 2.0'))
    assert response.status_code == 200


def _raw(posts: str) -> str:
    return (
        '{"campaign": {"brand_id": "b1", "category": "food", "starts_on": "2024-05-06",'
        '"ends_on": "2024-05-06", "brief": null, "markets": ["m1", "m1"]}, "roster": [{'
        f'"creator_id": "c1", "platform": "x", "format": "text", {posts}, "fee": 1}}]}}'
    )


def test_scenarios_come_back_ranked_in_the_order_sent(client: httpx.Client) -> None:
    response = client.post("/v1/compare", json=compare(margin=0.5))
    answer = Comparison.model_validate_json(response.content)
    # A: 3,000 x 0.5 - 1,500 = 0; B: 1,500 x 0.5 - 3,900 < 0.
    assert [(one.name, one.rank) for one in answer.scenarios] == [("A", 1), ("B", 2)]
    assert [(one.better, one.worse) for one in answer.differences] == [("A", "B")]


def test_five_hundred_bookings_are_answered(client: httpx.Client) -> None:
    body = predict(roster=[booking(creator_id=f"c{row}") for row in range(500)])
    assert len(client.post("/v1/predict", json=body).json()["by_creator"]) == 500


def test_bentoml_s_own_client_is_answered(url: str) -> None:
    with bentoml.SyncHTTPClient(url) as own:
        answer = own.predict(predict())
    assert answer["incremental_revenue"]["mean"] == pytest.approx(3000)


def test_creators_are_filtered_sorted_and_paged(client: httpx.Client) -> None:
    query = "category=skincare&sort=handle&limit=2&offset=1&query="
    answer = client.get(f"/v1/creators?{query}").json()
    assert (answer["total"], answer["limit"], answer["offset"]) == (3, 2, 1)
    assert [item["handle"] for item in answer["items"]] == ["@née/slash", "@Çelik"]


def test_a_creator_comes_with_features_and_rates(client: httpx.Client) -> None:
    creator = client.get("/v1/creators/c1").json()
    assert creator["tier"] == "micro"
    assert creator["platforms"] == ["instagram", "tiktok"]
    assert creator["features"] == {
        "is_virtual": 0.0,
        "reply_rate_90d": 0.31,
        "median_views_90d": 22_000.0,
    }
    assert creator["observed_on"] == "2024-03-30"
    assert {rate["fee_source"] for rate in creator["rates"]} == {"rates", "estimate"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("community=berlin", {"c3"}),
        ("max_fee=500", {"c1"}),
        ("min_fee=500", {"c1", "c2"}),
        ("max_fee=500&platform=instagram", set()),
        ("min_fee=421&max_fee=749", set()),
        ("ids=c2; @ÇELIK;nobody", {"c2", "c3"}),
        ("ids=;", set()),
    ],
)
def test_creators_are_filtered_by_community_fee_and_name(
    client: httpx.Client, query: str, found: set[str]
) -> None:
    items = client.get(f"/v1/creators?{query}").json()["items"]
    assert {item["creator_id"] for item in items} == found


def test_what_can_be_filtered_by_is_told_with_its_count(client: httpx.Client) -> None:
    filters = client.get("/v1/filters").json()
    assert filters["category"][0] == {"value": "skincare", "creators": 3}
    assert {one["value"] for one in filters["community"]} == {"turkish-german", "berlin"}
    assert [one["value"] for one in filters["tier"]] == ["nano", "micro", "mid", "mega"]
    for name, values in filters.items():
        for one in values:
            listed = client.get("/v1/creators", params={name: one["value"]}).json()["total"]
            assert listed == one["creators"], (name, one)


def test_a_baseline_is_told_by_week(client: httpx.Client) -> None:
    answer = client.get(f"/v1/baseline?{BASELINE}&markets=m2;m2").json()
    assert answer["market_ids"] == ["m2"]
    assert answer["revenue"]["mean"] == 1_500_000
    assert len(answer["history"]) == 104


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("brand_id=b1&starts_on=2024-05-06", "ends_on"),
        ("brand_id=b1&starts_on=2024-05-06&ends_on=2024-05-05", "ends_on"),
        ("brand_id=b1&starts_on=soon&ends_on=2024-05-19", "starts_on"),
        (f"{BASELINE}&interval=1", "interval"),
    ],
)
def test_a_wrong_question_for_a_baseline_is_named(
    client: httpx.Client, query: str, path: str
) -> None:
    response = client.get(f"/v1/baseline?{query}")
    assert response.status_code == 422
    assert path in [fault["path"] for fault in response.json()["errors"]]


def test_what_is_unknown_is_null(client: httpx.Client) -> None:
    ghost = client.get("/v1/creators/c4").json()
    assert ghost["followers"] is ghost["tier"] is ghost["observed_on"] is None
    assert ghost["features"]["reply_rate_90d"] is None
    assert ghost["is_virtual"] is True


@pytest.mark.parametrize("path", ["ünï/c5", "%C3%BCn%C3%AF%2Fc5", "ünï%2Fc5"])
def test_an_id_of_any_letters_is_found(client: httpx.Client, path: str) -> None:
    assert client.get(f"/v1/creators/{path}").json()["creator_id"] == "ünï/c5"


def test_a_brand_tells_whether_it_has_a_baseline(client: httpx.Client) -> None:
    brands = client.get("/v1/brands").json()["items"]
    assert [(one["brand_id"], one["has_baseline"], one["sales_until"]) for one in brands] == [
        ("b1", True, "2024-03-18"),
        ("b2", False, None),
    ]


def test_markets_are_searched_in_any_case(client: httpx.Client) -> None:
    answer = client.get("/v1/markets", params={"query": "KÖL"}).json()
    assert [market["market_id"] for market in answer["items"]] == ["m3"]


def test_the_model_card_is_answered(client: httpx.Client) -> None:
    card = client.get("/v1/model").json()
    assert card["model"]["version"] == "7"
    assert card["metrics"] == {"qini": 0.2, "never_measured": None}
    assert card["limits_of_use"]


@pytest.mark.parametrize("path", [one.path for one in OPERATIONS if one.method == "get"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    path = path.replace("{creator_id}", "c1").replace("{file}", "planner.js")
    path = path.replace("/v1/baseline", f"/v1/baseline?{BASELINE}")
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert len(response.headers.get_list("x-request-id")) == 1
    assert "server" not in response.headers


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/creators", "/healthz"])
def test_head_is_answered_without_a_body(client: httpx.Client, path: str) -> None:
    response = client.head(path)
    assert (response.status_code, response.content) == (200, b"")


def test_files_of_the_page_are_asked_for_again_but_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/page/planner.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/page/planner.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_metrics_name_routes_and_never_raw_paths(client: httpx.Client) -> None:
    client.get("/v1/creators/c1")
    client.get("/some/scanner/path")
    text = client.get("/metrics").text
    assert 'route="/v1/creators/{creator_id}"' in text
    assert 'route="unknown",status="404"' in text
    assert "scanner" not in text
    assert 'route="/v1/creators/c1"' not in text


def test_the_brand_s_words_reach_nobody_as_markup(client: httpx.Client) -> None:
    response = client.post(
        "/v1/predict", json=predict(campaign=campaign(brand_id="<script>", starts_on="x"))
    )
    assert "<script>" not in str(problem_in(response, 422)["errors"])
