"""What has been released: Airflow, the provider and the images that Astro projects start from.

The runtime table was written in 2026-08 from Astronomer's release notes; the provider's releases and the
Airflow that each needs are those of the wheels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.airflow.rules import Numbers

TABLE_DATE = "2026-08"
NEWEST_AIRFLOW = "3.3.2"
NEWEST_AIRFLOW_2 = "2.11.2"
NEWEST_PROVIDER = "15.2.1"
PROVIDER_PACKAGE = "apache-airflow-providers-microsoft-azure"

NEWEST_OF_SERIES: Mapping[str, str] = {
    "3.3": "3.3.2",
    "3.2": "3.2.2",
    "3.1": "3.1.8",
    "3.0": "3.0.6",
    "2.11": "2.11.2",
    "2.10": "2.10.5",
    "2.9": "2.9.3",
    "2.8": "2.8.4",
    "2.7": "2.7.3",
    "2.6": "2.6.3",
    "2.5": "2.5.3",
    "2.4": "2.4.3",
}
RUNTIME_3: Mapping[str, str] = {"3.1-20": "3.1.8", "3.2-4": "3.2.1", "3.3-5": "3.3.1", "3.3-8": "3.3.2"}
"""Astro Runtime tags of Airflow 3 whose patch is known."""
RUNTIME_2: Mapping[str, str] = {"13.11.0": "2.11.2", "12.9.0": "2.10.5"}
RUNTIME_2_SERIES: Mapping[int, str] = {
    13: "2.11",
    12: "2.10",
    11: "2.9",
    10: "2.8",
    9: "2.7",
    8: "2.6",
    7: "2.5",
    6: "2.4",
}
"""Astro Runtime's major of Airflow 2 and its series; 11 and below from memory."""

NEWEST_FOR_AIRFLOW: tuple[tuple[Numbers, str], ...] = (
    ((2, 11, 0), NEWEST_PROVIDER),
    ((2, 10, 0), "12.8.1"),
    ((2, 9, 0), "12.3.1"),
    ((2, 8, 0), "11.1.0"),
    ((2, 7, 0), "10.4.0"),
    ((2, 6, 0), "10.0.0"),
    ((2, 5, 0), "8.3.0"),
    ((0, 0, 0), "7.0.0"),
)
"""The newest provider that an Airflow of at least that version allows (the wheels' `Requires-Dist`)."""
_RELEASES = """
4.0.0 4.1.0 4.2.0 4.3.0 5.0.0 5.0.1 5.0.2 5.1.0 5.2.0 5.2.1 5.3.0 5.3.1 6.0.0 6.1.0 6.1.1 6.1.2 6.2.0 6.2.1
6.2.2 6.2.3 6.2.4 6.3.0 7.0.0 8.0.0 8.1.0 8.2.0 8.3.0 8.4.0 8.5.0 8.5.1 9.0.0 9.0.1 10.0.0 10.1.0 10.1.1
10.1.2 10.2.0 10.3.0 10.4.0 10.5.0 10.5.1 11.0.0 11.1.0 12.0.0 12.2.0 12.2.1 12.2.2 12.3.0 12.3.1 12.4.0
12.4.1 12.5.0 12.6.0 12.6.1 12.7.0 12.7.1 12.8.0 12.8.1 12.9.0 12.10.0 12.10.1 12.10.2 12.10.3 13.0.0 13.0.1
13.1.0 13.1.1 13.1.2 13.2.0 13.3.0 13.4.0 13.5.0 13.5.1 14.0.0 14.1.0 15.0.0 15.0.1 15.1.0 15.2.0 15.2.1
"""
KNOWN_PROVIDERS: tuple[str, ...] = tuple(_RELEASES.split())
"""The provider's releases, oldest first."""
