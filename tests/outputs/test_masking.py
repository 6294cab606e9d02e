"""Other people's secrets in the lines around ours."""

from __future__ import annotations

import pytest

from kvtui.outputs.masking import masked_lines
from kvtui.outputs.model import FileKind

VALUES = [
    "sas: hunter2",
    "storage:\n  accountKey: hunter2",
    "dbSecret: hunter2",
    "'sas': 'hunter2'",
    '{"client_secret": "hunter2"}',
    "pin: 20242024  # hunter2",
    "# sas: hunter2",
    "url: https://u:p@hunter2/w@host/db",
    'note: "AccountKey=hunter2;x"',
    "config: |\n  [database]\n  password = hunter2",
    "mySecret:\n  hunter2",
    "passwords:\n  - hunter2",
    "apiToken: >-\n  hunter2\n  hunter2",
    'env:\n  - name: FOO\n    value: \'{"client_secret": "hunter2"}\'',
    "extra:\n  stringData:\n    name: hunter2",
    "extra:\n  data: |\n    any: hunter2",
    "? sas\n: hunter2",
    'other: "a\n  password: hunter2"',
]


@pytest.mark.parametrize("text", VALUES)
def test_a_secret_of_others_in_a_values_file_is_masked(text: str) -> None:
    assert "hunter2" not in "\n".join(masked_lines(text, FileKind.VALUES))


@pytest.mark.parametrize(
    "line",
    [
        'secretBackend: "airflow.providers.x"',
        "secretName: akv-backend-kwargs",
        "passwordSecretName: db",
        "replicas: 3",
        "image: repo/x:1.2",
        "clientId: 11111111-1111-1111-1111-111111111111",
        "useSecrets: true",
    ],
)
def test_a_line_without_a_secret_is_shown(line: str) -> None:
    assert masked_lines(line, FileKind.VALUES) == [line]


def test_no_field_of_a_kubernetes_secrets_data_is_shown() -> None:
    text = "stringData:\n  name: hunter2\n  x: |\n    type: hunter2\ntype: Opaque\ndata: {a: hunter2}\n"
    shown = masked_lines(text, FileKind.KUBERNETES_SECRET)
    assert "hunter2" not in "".join(shown)
    assert "type: Opaque" in shown


def test_a_number_of_a_key_that_looks_secret_is_masked() -> None:
    assert "20242024" not in masked_lines("DB_PASSWORD=20242024\n", FileKind.ENV)[0]


def test_the_password_of_a_package_index_is_masked() -> None:
    lines = masked_lines(
        "--index-url https://u:hun/hunter2@h/x\n-f https://h/?token=hunter2\n", FileKind.REQUIREMENTS
    )
    assert "hunter2" not in "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "valueFrom:\n  secretKeyRef:\n    name: akv\n    key: password",
        "  - valueFrom:\n      secretKeyRef:\n        key: 'db.password'  # of the database\n        name: x",
        "valueFrom: {secretKeyRef: {name: akv, key: password}}",
        "secretKeyRef: {key: password, name: akv}",
    ],
)
def test_the_key_of_a_secret_key_ref_is_a_name_and_is_shown(text: str) -> None:
    assert "\n".join(masked_lines(text, FileKind.VALUES)) == text


@pytest.mark.parametrize(
    "text",
    [
        "secretKeyRef:\n  name: akv\nkey: hunter2",
        "secretKeyRef:\n  name: akv\nother:\n  key: hunter2",
        "secretKeyRef:\n  key: hunter2 and more",
        "a: {secretKeyRef: {name: akv}, key: hunter2}",
        "secretKeyRef:\n  key: hunter2A9xQ7bK3mZ5wR1tY8uI0oPx",
        "secretKeyRef:\n  value: hunter2",
    ],
)
def test_what_is_no_key_of_a_secret_key_ref_stays_masked(text: str) -> None:
    assert "hunter2" not in "\n".join(masked_lines(text, FileKind.VALUES))
