"""From the addresses of careers and posting pages to platform and token. Tokens are invented, the shapes are real."""

from __future__ import annotations

import pytest

from crawler.careers import recognise
from store.settings import ConfigError

KNOWN = {
    "https://boards.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.greenhouse.io/acme/jobs/4100200300?gh_jid=4100200300": "greenhouse/acme",
    "https://job-boards.greenhouse.io/acme/jobs/4100200300": "greenhouse/acme",
    "https://job-boards.eu.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.eu.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.greenhouse.io/embed/job_board?for=acme&b=https%3A%2F%2Facme.example": "greenhouse/acme",
    "https://boards.greenhouse.io/embed/job_app?for=acme&token=4100200300": "greenhouse/acme",
    "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true": "greenhouse/acme",
    "https://jobs.lever.co/Acme": "lever/Acme",
    "https://jobs.lever.co/acme-labs/0a1b2c3d-0000-4000-8000-000000000000/apply": "lever/acme-labs",
    "https://api.lever.co/v0/postings/acme?mode=json": "lever/acme",
    "HTTPS://JOBS.LEVER.CO/acme": "lever/acme",
    "https://jobs.ashbyhq.com/acme": "ashby/acme",
    "jobs.ashbyhq.com/Acme%20Labs/0a1b2c3d": "ashby/Acme Labs",
    "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true": "ashby/acme",
    "https://apply.workable.com/acme/": "workable/acme",
    "https://apply.workable.com/acme-co/j/5A01C2D3E4/": "workable/acme-co",
    "https://apply.workable.com/api/v1/widget/accounts/acme?details=true": "workable/acme",
    "https://www.workable.com/api/accounts/acme": "workable/acme",
    "https://acme.recruitee.com": "recruitee/acme",
    "https://acme.recruitee.com/o/ml-engineer-berlin": "recruitee/acme",
    "https://acme.recruitee.com/api/offers/": "recruitee/acme",
    "https://acme.jobs.personio.de/job/1834171?language=en": "personio/acme",
    "https://acme-robotics.jobs.personio.com/": "personio/acme-robotics",
    "https://acme.jobs.personio.de/xml?language=en": "personio/acme",
    "https://acme.teamtailor.com/jobs/7167985-machine-learning-engineer": "teamtailor/acme",
    "https://acme.teamtailor.com/jobs.rss": "teamtailor/acme",
    "https://acme.pinpointhq.com/en/postings/214455": "pinpoint/acme",
    "https://acme.pinpointhq.com/postings.json": "pinpoint/acme",
    "https://acme.wd5.myworkdayjobs.com/ExternalCareers": "workday/acme|wd5|ExternalCareers",
    "https://acme.wd5.myworkdayjobs.com/en-US/External/job/US-NC-Durham/ML_JR20": "workday/acme|wd5|External",
    "https://acme.wd103.myworkdayjobs.com/de/Karriere": "workday/acme|wd103|Karriere",
    "https://acme.wd1.myworkdayjobs.com/wday/cxs/acme/Site_1/jobs": "workday/acme|wd1|Site_1",
    "https://acme.bamboohr.com/careers/86": "bamboohr/acme",
    "https://acme.bamboohr.com/careers/list": "bamboohr/acme",
    "https://ats.rippling.com/acme/jobs/2f0674e6-0000-4ecd-b459-e947241c211f": "rippling/acme",
    "https://ats.rippling.com/en-GB/acme/jobs": "rippling/acme",
    "https://api.rippling.com/platform/api/ats/v1/board/acme/jobs": "rippling/acme",
    "https://jobs.gem.com/acme/am9icG9zdDox": "gem/acme",
    "https://api.gem.com/job_board/v0/acme/job_posts/": "gem/acme",
    "https://jobs.smartrecruiters.com/AcmeGroup/744000135099999-data-scientist": "smartrecruiters/AcmeGroup",
    "https://acme.eightfold.ai/careers?domain=acme.com&query=ml": "eightfold/acme.eightfold.ai|acme.com",
    "https://www.amazon.jobs/en/jobs/2900001/applied-scientist": "amazon/amazon",
    "https://jobs.apple.com/en-us/details/200600000/ml-engineer": "apple/apple",
    "https://www.google.com/about/careers/applications/jobs/results/100-ml-engineer": "google/google",
    "https://www.uber.com/global/en/careers/list/130000/": "uber/uber",
}
FOREIGN = [
    "", " ", "http://[", "https://", "file:///etc/passwd", "javascript:alert(1)", "ftp://jobs.lever.co/acme",
    "https://jobs.lever.co", "https://jobs.lever.co/", "https://jobs.lever.co/..%2f..%2fetc", "https://jobs.lever.co/%00",
    "https://jobs.lever.co/" + "a" * 5000, "https://jobs.lever.co.evil.example/acme",
    "https://jobs.lever.co@evil.example/acme", "https://user:word@jobs.lever.co/acme",
    "https://evil.example/?https://jobs.lever.co/acme", "https://evil.example/boards.greenhouse.io/acme",
    "https://boards.greenhouse.io/embed", "https://boards.greenhouse.io/embed/job_board", "https://www.recruitee.com/",
    "https://apply.workable.com/j/5A01C2D3E4", "https://a.b.recruitee.com/", "https://myworkdayjobs.com/en-US/External",
    "https://acme.wd5.myworkdayjobs.com/", "https://acme.wd5.myworkdayjobs.com/wday/authgwy", "https://linkedin.example/jobs/1",
    "https://jobs.ashbyhq.com/api/non-user-graphql", "https://xn--.bamboohr.com.evil.example/careers",
]  # fmt: skip


@pytest.mark.parametrize("address", KNOWN)
def test_platform_and_token_of_an_address(address: str) -> None:
    board = recognise(address)
    assert f"{board.platform}/{board.token}" == KNOWN[address]


@pytest.mark.parametrize("address", FOREIGN)
def test_foreign_and_hostile_addresses_are_refused_in_one_clear_line(address: str) -> None:
    with pytest.raises(ConfigError) as refused:
        recognise(address)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
