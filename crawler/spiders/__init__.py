"""The platforms that can be read, by name. A platform is one module here and one row of `crawler/platforms.toml`."""

from __future__ import annotations

from typing import Final

from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.listing import Platform

PLATFORMS: Final[dict[str, Platform]] = {platform.name: platform for platform in (Greenhouse(), Lever(), Ashby())}
