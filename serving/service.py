"""What BentoML serves: `bentoml serve serving.service:service`, settings from the environment."""

from __future__ import annotations

import os

from serving.bento import build_service
from serving.door.access import refuse_open_host
from serving.door.access_log import open_access_log
from serving.home import HomeLoader
from serving.settings import ServiceSettings
from serving.supervision import supervise_closely

_settings = ServiceSettings.from_environment(os.environ)
# BentoML's supervising process imports this file too, before there are workers.
supervise_closely(lambda host: refuse_open_host(host, _settings.token_file))
open_access_log(_settings.access_log)
service = build_service(_settings, HomeLoader(_settings.home))
