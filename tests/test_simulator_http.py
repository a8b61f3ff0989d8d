"""The simulated boards over real HTTP: formats as documented, validators, moments, and every fault."""

from __future__ import annotations

import hashlib
import html
import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from simulator import FAULT_KINDS, Fault, World, serve, truth

GREENHOUSE_KEYS = {
    "absolute_url",
    "data_compliance",
    "internal_job_id",
    "location",
    "metadata",
    "id",
    "updated_at",
    "requisition_id",
    "title",
    "company_name",
    "first_published",
    "language",
    "application_deadline",
    "ai_disclaimer",
    "include_ai_disclaimer",
    "ai_opt_out_request_url",
}
LEVER_KEYS = {
    "additionalPlain",
    "additional",
    "categories",
    "createdAt",
    "descriptionPlain",
    "description",
    "id",
    "lists",
    "text",
    "country",
    "workplaceType",
    "opening",
    "openingPlain",
    "descriptionBody",
    "descriptionBodyPlain",
    "hostedUrl",
    "applyUrl",
}
LEVER_OPTIONAL = {"salaryRange", "salaryDescription", "salaryDescriptionPlain"}
ASHBY_KEYS = {
    "id",
    "title",
    "department",
    "team",
    "employmentType",
    "location",
    "secondaryLocations",
    "publishedAt",
    "isListed",
    "isRemote",
    "workplaceType",
    "address",
    "jobUrl",
    "applyUrl",
    "descriptionHtml",
    "descriptionPlain",
}
ASHBY_COMPENSATION_KEYS = {
    "compensationTierSummary",
    "scrapeableCompensationSalarySummary",
    "compensationTiers",
    "summaryComponents",
}
ASHBY_PAY_KEYS = {"shouldDisplayCompensationOnJobPostings", "compensation"}


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=1)


@pytest.fixture(scope="module")
def server(world):
    with serve(world, at=world.first_at + timedelta(days=200)) as running:
        yield running


def get(url, **headers):
    """(status, headers, body) of one GET, whatever the status."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def list_path(platform, token):
    return {
        "greenhouse": f"/v1/boards/{token}/jobs?content=true&pay_transparency=true",
        "lever": f"/v0/postings/{token}?mode=json",
        "ashby": f"/posting-api/job-board/{quote(token)}?includeCompensation=true",
    }[platform]


def list_url(server, platform, token):
    return server.endpoints[platform] + list_path(platform, token)


def jobs_of(body):
    told = json.loads(body)
    return told if isinstance(told, list) else told["jobs"]


def busiest(server, platform):
    """The token of the platform's fullest board at the server's moment."""
    tokens = [token for name, token in server.world.boards if name == platform]
    return max(tokens, key=lambda token: len(truth.listing(server.world, platform, token, server.at)))


@pytest.mark.parametrize("days", [3, 100, 301])
def test_every_board_serves_exactly_the_true_listing(world, server, days):
    at = world.first_at + timedelta(days=days, hours=13)
    for platform, token in world.boards:
        status, headers, body = get(list_url(server, platform, token), X_Jobtide_At=at.isoformat())
        employer = world.boards[platform, token]
        if not employer.has_board(at):
            assert status == 404 or jobs_of(body) == []
            continue
        assert status == 200
        assert headers["X-Simulated-At"] == at.date().isoformat()
        assert {str(job["id"]) for job in jobs_of(body)} == truth.listing(world, platform, token, at)
        assert not body.isascii() or not jobs_of(body)


def test_the_clock_header_wins_over_the_servers_moment(world, server):
    url = list_url(server, "greenhouse", busiest(server, "greenhouse"))
    assert get(url)[1]["X-Simulated-At"] == server.at.date().isoformat()
    assert get(url, X_Jobtide_At="2024-03-01T23:30:00-05:00")[1]["X-Simulated-At"] == "2024-03-02"
    assert get(url, X_Jobtide_At="yesterday")[0] == 400
    assert get(url, X_Jobtide_At="2024-03-01T10:00:00")[0] == 400


def test_greenhouse_list_keys_depend_on_the_parameters(server):
    base = f"{server.endpoints['greenhouse']}/v1/boards/{busiest(server, 'greenhouse')}/jobs"
    full = json.loads(get(f"{base}?content=true&pay_transparency=true&page=2&per_page=1")[2])
    assert set(full) == {"jobs", "meta"}
    assert full["meta"] == {"total": len(full["jobs"])}
    for job in full["jobs"]:
        more = {"content", "departments", "offices", "pay_input_ranges"}
        assert set(job) - {"employment"} == GREENHOUSE_KEYS | more
        assert isinstance(job["id"], int)
        assert isinstance(job["departments"][0]["id"], int)
    assert all(set(job) - {"employment"} == GREENHOUSE_KEYS for job in jobs_of(get(base)[2]))
    with_content = GREENHOUSE_KEYS | {"content", "departments", "offices"}
    assert all(set(job) - {"employment"} == with_content for job in jobs_of(get(f"{base}?content=true")[2]))


def test_greenhouse_content_is_escaped_once_and_has_its_parts(server):
    for job in jobs_of(get(list_url(server, "greenhouse", busiest(server, "greenhouse")))[2]):
        assert job["content"].startswith("&lt;div class=&quot;content-intro&quot;&gt;")
        once = html.unescape(job["content"])
        assert '<div class="content-conclusion">' in once
        assert ("content-pay-transparency" in once) == bool(job["pay_input_ranges"])
        assert datetime.fromisoformat(job["first_published"]).utcoffset() in (timedelta(hours=-4), timedelta(hours=-5))
        assert datetime.fromisoformat(job["updated_at"]) >= datetime.fromisoformat(job["first_published"])


def served_pay(platform, job):
    """All ranges in the platform's own fields as a set of (low, high) in major units."""
    if platform == "greenhouse":
        return {(pay["min_cents"] / 100, pay["max_cents"] / 100) for pay in job["pay_input_ranges"]}
    if platform == "lever":
        return {(job["salaryRange"]["min"], job["salaryRange"]["max"])} if "salaryRange" in job else set()
    parts = [part for tier in job["compensation"]["compensationTiers"] for part in tier["components"]]
    return {(part["minValue"], part["maxValue"]) for part in parts if part["compensationType"] == "Salary"}


def check_job(platform, job, now, what):
    """The served job against its true version `now` and its true posting `what`; how many ranges were compared."""
    assert (job["text"] if platform == "lever" else job["title"]).strip() == now["title"]
    labels = json.dumps(job, ensure_ascii=False)
    assert what["city"] in labels or what["city"] == "München"
    ranges = served_pay(platform, job)
    assert bool(ranges) == (what["discloses"] in ("structured", "both"))
    if not ranges or (what["n_pay_ranges"] > 1 and platform == "lever"):  # Lever has one range for all zones
        return 0
    assert (now["pay_low"], now["pay_high"]) in ranges
    assert len(ranges) == what["n_pay_ranges"]
    return 1


def test_title_place_and_pay_served_are_those_of_the_moment(world, server):
    postings, versions = truth.postings(world).set_index("posting_id"), truth.versions(world)
    compared = edited = 0
    for days in range(30, 420, 60):
        at = world.first_at + timedelta(days=days)
        valid = versions[versions["valid_from"] <= at].groupby("posting_id").last()
        for platform, token in world.boards:
            status, _, body = get(list_url(server, platform, token), X_Jobtide_At=at.isoformat())
            for job in jobs_of(body) if status == 200 else []:
                posting_id = f"{platform}/{token}/{job['id']}"
                now, what = valid.loc[posting_id], postings.loc[posting_id]
                found = check_job(platform, job, now, what)
                compared += found
                edited += found and bool(now["pay_low"] != what["pay_low"])
    assert compared > 50
    assert edited


def test_greenhouse_details_board_and_unknown(server):
    base, token = server.endpoints["greenhouse"] + "/v1/boards/", busiest(server, "greenhouse")
    first = jobs_of(get(list_url(server, "greenhouse", token))[2])[0]
    status, _, body = get(f"{base}{token}/jobs/{first['id']}?pay_transparency=true&questions=true")
    assert status == 200
    assert json.loads(body)["title"] == first["title"]
    assert "questions" in json.loads(body)
    assert set(json.loads(get(base + token)[2])) == {"name", "content"}
    missing = {"status": 404, "error": "Job not found"}
    for path in (f"{token}/jobs/1", "nobody/jobs", "nobody", f"{token}/jobs/1/2"):
        status, headers, body = get(base + path)
        assert (status, json.loads(body)) == (404, missing)
        assert headers.get_content_type() == "application/json"


def test_lever_objects_have_the_documented_keys(server):
    jobs = jobs_of(get(list_url(server, "lever", busiest(server, "lever")))[2])
    for job in jobs:
        assert LEVER_KEYS <= set(job) <= LEVER_KEYS | LEVER_OPTIONAL
        assert {"location", "team", "allLocations"} <= set(job["categories"])
        assert isinstance(job["createdAt"], int)
        assert job["createdAt"] > 10**12
        assert job["workplaceType"] in ("remote", "hybrid", "onsite")
        assert job["applyUrl"] == job["hostedUrl"] + "/apply"
        assert all(part["content"].startswith("\n<li>") for part in job["lists"])
        assert job["description"] == job["opening"] + job["descriptionBody"]
        if "salaryRange" in job:
            assert set(job["salaryRange"]) == {"min", "max", "currency", "interval"}


def test_lever_answers_a_page_unless_json_is_asked_for(server):
    url = f"{server.endpoints['lever']}/v0/postings/{busiest(server, 'lever')}"
    assert get(url)[1].get_content_type() == "text/html"
    assert get(url)[2].startswith(b"<div class='lever'><ul>")
    assert get(url, Accept="application/json")[1].get_content_type() == "application/json"
    assert get(url + "?mode=html", Accept="application/json")[1].get_content_type() == "text/html"


def test_lever_pages_by_skip_and_limit_without_a_total(server):
    token = busiest(server, "lever")
    url = list_url(server, "lever", token)
    whole = [job["id"] for job in jobs_of(get(url)[2])]
    paged = []
    while page := jobs_of(get(f"{url}&skip={len(paged)}&limit=1")[2]):
        paged += [job["id"] for job in page]
    assert paged == whole
    assert len(whole) > 1


def test_lever_site_is_case_sensitive_and_single_postings_answer(server):
    base, token = f"{server.endpoints['lever']}/v0/postings/", busiest(server, "lever")
    first = jobs_of(get(base + token + "?mode=json")[2])[0]
    assert json.loads(get(f"{base}{token}/{first['id']}?mode=json")[2])["id"] == first["id"]
    for path in (token.swapcase(), f"{token}/none", "nobody"):
        status, _, body = get(f"{base}{path}?mode=json")
        assert (status, json.loads(body)) == (404, {"ok": False, "error": "Document not found"})


def test_ashby_keys_and_compensation(world, server):
    summaries = set()
    for platform, token in world.boards:
        if platform != "ashby" or not world.boards[platform, token].has_board(server.at):
            continue
        told = json.loads(get(list_url(server, "ashby", token))[2])
        assert set(told) == {"jobs", "apiVersion"}
        for job in told["jobs"]:
            assert set(job) == ASHBY_KEYS | ASHBY_PAY_KEYS
            assert all(job["address"]["postalAddress"].values())
            pay = job["compensation"]
            assert set(pay) == ASHBY_COMPENSATION_KEYS
            assert bool(pay["compensationTiers"]) == job["shouldDisplayCompensationOnJobPostings"]
            for tier in pay["compensationTiers"]:
                assert set(tier) == {"id", "tierSummary", "title", "additionalInformation", "components"}
                for part in tier["components"]:
                    assert set(part) == {
                        "id", "summary", "compensationType", "interval", "currencyCode", "minValue", "maxValue",
                    }  # fmt: skip
                    summaries.add(part["compensationType"])
        bare = json.loads(get(list_url(server, "ashby", token).split("?")[0])[2])
        assert all(set(job) == ASHBY_KEYS for job in bare["jobs"])
    assert summaries == {"Salary", "EquityCashValue"}


def test_ashby_echoes_the_boards_case_and_unknown_boards_are_404_text(server):
    token = busiest(server, "ashby")
    body = get(list_url(server, "ashby", token.upper()))[2]
    assert {job["id"] for job in jobs_of(body)} == truth.listing(server.world, "ashby", token, server.at)
    assert all(f"ashbyhq.com/{quote(token.upper())}/" in job["jobUrl"] for job in jobs_of(body))
    status, headers, body = get(list_url(server, "ashby", "nobody at all"))
    assert (status, body) == (404, b"Not Found")
    assert headers.get_content_type() == "text/plain"


def test_robots_are_those_of_the_platforms(server):
    told = {platform: get(url + "/robots.txt") for platform, url in server.endpoints.items()}
    assert told["greenhouse"][2].endswith(b"Disallow: /embed/\n")
    assert b"Crawl-delay: 1" in told["lever"][2]
    assert told["ashby"][0] == 401


def test_a_board_that_left_is_404_or_empty_as_its_platform_does(world, server):
    seen = set()
    for (platform, token), employer in world.boards.items():
        if employer.leaves_at > world.end_at:
            continue
        status, _, body = get(list_url(server, platform, token), X_Jobtide_At=world.end_at.isoformat())
        empty = status == 200 and jobs_of(body) == []
        assert empty if employer.leaves_as == "empty" else status == 404
        seen.add(employer.leaves_as)
    assert seen == {"empty", "not_found"}


@pytest.mark.parametrize("platform", ["greenhouse", "lever", "ashby"])
def test_validators_answer_304_until_the_board_changes(world, server, platform):
    token = busiest(server, platform)
    url = list_url(server, platform, token)
    status, headers, body = get(url)
    assert status == 200
    if platform == "ashby":
        assert headers["ETag"] == f'W/"job-board:{hashlib.sha256(body).hexdigest()}"'
    status, again, nothing = get(url, If_None_Match=headers["ETag"])
    assert (status, nothing, again["ETag"]) == (304, b"", headers["ETag"])
    assert get(url, If_None_Match='W/"other"')[0] == 200
    later = (server.at + timedelta(days=90)).isoformat()
    assert get(url, If_None_Match=headers["ETag"], X_Jobtide_At=later)[0] == 200


def test_requests_are_logged(world):
    with serve(world) as server:
        get(server.endpoints["ashby"] + "/robots.txt")
        get(list_url(server, "ashby", "nobody"))
    assert [(one.platform, one.token, one.status) for one in server.log] == [
        ("ashby", "robots.txt", 401),
        ("ashby", "nobody", 404),
    ]
    assert server.log[0].at == world.first_at


def test_one_connection_serves_many_requests(server):
    url = urlsplit(server.endpoints["greenhouse"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    for _ in range(3):
        connection.request("GET", list_path("greenhouse", busiest(server, "greenhouse")))
        assert connection.getresponse().read()
    first = connection.sock
    connection.request("GET", "/robots.txt")
    assert connection.getresponse().status == 200
    assert connection.sock is first
    connection.close()


# faults ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def failing(world):
    """A server of its own, and the list URL of a full Greenhouse board."""
    with serve(world, at=world.first_at + timedelta(days=200)) as running:
        yield running, list_url(running, "greenhouse", busiest(running, "greenhouse"))


def struck(failing, kind, **more):
    server, url = failing
    etag = get(url)[1]["ETag"]
    server.faults.append(Fault(kind, **more))
    return url, etag


@pytest.mark.parametrize(("kind", "status"), [("error_500", 500), ("error_503", 503), ("not_found", 404)])
def test_error_statuses(failing, kind, status):
    url, etag = struck(failing, kind)
    assert get(url, If_None_Match=etag)[0] == status


def test_429_tells_when_to_come_back(failing):
    url, _ = struck(failing, "too_many_requests", retry_after_s=7200)
    status, headers, _ = get(url)
    assert (status, headers["Retry-After"]) == (429, "7200")


def test_empty_list_and_empty_body(failing):
    url, etag = struck(failing, "empty")
    assert json.loads(get(url, If_None_Match=etag)[2]) == {"jobs": [], "meta": {"total": 0}}
    failing[0].faults[:] = [Fault("empty_body")]
    assert get(url)[::2] == (200, b"")


def test_truncated_bytes_are_a_short_read(failing):
    url, _ = struck(failing, "truncated")
    with pytest.raises(http.client.IncompleteRead) as short:
        get(url)
    assert short.value.expected > 0


def test_a_truncated_answer_ends_the_connection(failing):
    server, url = failing
    server.faults.append(Fault("truncated"))
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=5)
    connection.request("GET", f"{where.path}?{where.query}")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()


def test_truncated_lists_are_valid_json(failing):
    whole = len(jobs_of(get(failing[1])[2]))
    url, etag = struck(failing, "truncated_list")
    told = json.loads(get(url, If_None_Match=etag)[2])
    assert len(told["jobs"]) == told["meta"]["total"] == int(whole * 0.4)
    failing[0].faults[:] = [Fault("truncated_total")]
    told = json.loads(get(url)[2])
    assert (len(told["jobs"]), told["meta"]["total"]) == (int(whole * 0.4), whole)


def test_reordered_jobs_are_the_same_jobs(failing):
    whole = jobs_of(get(failing[1])[2])
    url, _ = struck(failing, "reordered")
    again = jobs_of(get(url)[2])
    assert again == whole[::-1]
    assert list(again[-1]) == list(whole[0])[::-1]


def test_html_for_json(failing):
    url, _ = struck(failing, "html")
    status, headers, body = get(url)
    assert (status, headers.get_content_type()) == (200, "text/html")
    assert b"robot" in body


def test_slow_drip_takes_its_time_and_loses_nothing(failing):
    whole = get(failing[1])[2]
    url, _ = struck(failing, "slow_drip", seconds=0.4)
    start = time.monotonic()
    assert get(url)[2] == whole
    assert time.monotonic() - start >= 0.3


def test_wrong_charset_is_not_the_utf8_it_says(failing):
    whole = get(failing[1])[2].decode()
    url, _ = struck(failing, "wrong_charset")
    _, headers, body = get(url)
    assert headers.get_content_charset() == "utf-8"
    with pytest.raises(UnicodeDecodeError):
        body.decode()
    assert body.decode("cp1252")[:200] == whole[:200]


def test_lying_etag_and_disconnect(failing):
    url, etag = struck(failing, "lying_etag")
    assert get(url, If_None_Match='W/"old"')[0] == 304
    assert get(url)[1]["ETag"] == etag
    failing[0].faults[:] = [Fault("disconnect")]
    with pytest.raises((http.client.RemoteDisconnected, urllib.error.URLError, socket.error)):
        get(url)


def test_a_fault_keeps_to_its_board_span_and_number(failing):
    server, url = failing
    token, today = busiest(server, "greenhouse"), server.at.date()
    others = list_url(server, "lever", busiest(server, "lever"))
    server.faults.append(Fault("error_500", "greenhouse", token, first=today, last=today, times=2))
    assert get(others)[0] == 200
    assert get(server.endpoints["greenhouse"] + "/robots.txt")[0] == 200
    assert get(url, X_Jobtide_At=(server.at - timedelta(days=1)).isoformat())[0] == 200
    assert get(url, X_Jobtide_At=(server.at + timedelta(days=1)).isoformat())[0] == 200
    assert [get(url)[0] for _ in range(3)] == [500, 500, 200]
    server.faults[:] = [Fault("error_503", token="robots.txt")]
    assert get(server.endpoints["greenhouse"] + "/robots.txt")[0] == 503
    assert get(url)[0] == 200


def test_unknown_faults_are_refused_and_the_kinds_are_documented():
    with pytest.raises(ValueError, match="no fault is called"):
        Fault("earthquake", first=date(2024, 1, 1))
    page = (Path(__file__).parents[1] / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert all(f"| `{kind}` |" in page for kind in FAULT_KINDS)


def test_the_command_line_writes_settings_that_name_the_endpoints(tmp_path, world):
    from simulator.__main__ import BOARD_COLUMNS, settings

    with serve(world) as server:
        told = settings(server.endpoints, tmp_path / "boards.csv")
    assert all(f'{platform} = "{url}"' in told for platform, url in server.endpoints.items())
    assert set(BOARD_COLUMNS) <= set(truth.employers(world))
