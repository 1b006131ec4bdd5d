"""What `bentoml serve` runs for tests of whole servers: the service with stubs for model and catalog."""

from __future__ import annotations

import os

from serving.bento import build_service
from serving.door.access_log import open_access_log
from serving.settings import ServiceSettings
from tests.serving.stubs import StubLoader

_settings = ServiceSettings.from_environment(os.environ)
open_access_log(_settings.access_log)
service = build_service(_settings, StubLoader())
