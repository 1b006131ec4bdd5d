"""What BentoML serves: `bentoml serve serving.service:service`, settings from the environment."""

from __future__ import annotations

import os

from serving.bento import build_service
from serving.home import HomeLoader
from serving.settings import ServiceSettings

_settings = ServiceSettings.from_environment(os.environ)
service = build_service(_settings, HomeLoader(_settings.home))
