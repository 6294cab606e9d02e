"""What Contoso keeps in its vaults: tables of names without their prefix and values. None opens anything."""

from __future__ import annotations

VARIABLES: dict[str, str] = {
    "alerts-email": "data-oncall@contoso.com",
    "alerts-pagerduty-service": "PX4T9QA",
    "alerts-quiet-hours": "22:00-06:00",
    "allowed-countries": '["DE", "FR", "HR", "NL", "SE"]',
    "api-base-url": "https://orders.internal.contoso.com/v2",
    "api-page-size": "500",
    "api-timeout-seconds": "30",
    "backfill-enabled": "false",
    "backfill-start-date": "2024-01-01",
    "billing-cutoff-day": "5",
    "billing-currency": "EUR",
    "data-lake-container": "curated",
    "data-lake-path": "abfss://curated@stcontosolake.dfs.core.windows.net/sales",
    "data-owner": "ana@contoso.com",
    "data-retention-days": "730",
    "dbt-profile": "contoso:\n  target: prod\n  outputs:\n    prod:\n      type: snowflake\n",
    "dbt-project-dir": "/usr/local/airflow/dbt/contoso",
    "dbt-select": "tag:nightly",
    "dbt-target": "prod",
    "dbt-threads": "8",
    "dbt-vars": '{"run_date": "{{ ds }}", "full_refresh": false}',
    "environment": "production",
    "etl-batchsize": "5000",
    "etl-chunk-rows": "250000",
    "etl-config": '{"source": "orders", "window_hours": 6, "sinks": ["lake", "warehouse"], "dedupe": true}',
    "etl-dead-letter-path": "abfss://quarantine@stcontosolake.dfs.core.windows.net/etl",
    "etl-max-retries": "3",
    "etl-parallelism": "12",
    "etl-partition-column": "order_date",
    "etl-source-tables": "orders,order_lines,customers,returns",
    "etl-watermark": "2026-01-31T23:59:59Z",
    "exchange-rates-url": "https://rates.internal.contoso.com/daily.json",
    "feature-flags": '{"new_pricing": true, "returns_v2": false}',
    "feature-store-offline-uri": "abfss://features@stcontosolake.dfs.core.windows.net/offline",
    "forecast-horizon-days": "90",
    "forecast-model-name": "demand-gbm-v7",
    "greeting": "Grüße aus Zagreb – добро јутро ☀",
    "inventory-reorder-threshold": "25",
    "inventory-warehouses": "ZAG1,MUC2,AMS1",
    "kafka-consumer-group": "airflow-ingest",
    "kafka-topic-orders": "orders.v3",
    "kafka-topic-returns": "returns.v1",
    "legacy--token": "kvtui-demo-unreachable",
    "maintenance-message": "",
    "marketing-segments": '["new", "loyal", "lapsed"]',
    "ml-experiment": "pricing-2026",
    "ml-tracking-uri": "https://mlflow.internal.contoso.com",
    "monitoring-sample-rate": "0.05",
    "orders-api-token": "kvtui-demo-orders-api-token",
    "owner": "data-platform",
    "pricing-margin-floor": "0.12",
    "pricing-rounding": "0.99",
    "quality-min-rows": "1000",
    "quality-null-threshold": "0.02",
    "region": "westeurope",
    "report-recipients": "finance@contoso.com,sales@contoso.com",
    "report-template": "Dear team,\n\nattached are the figures of {{ ds }}.\n\nData platform\n",
    "schedule-nightly": "0 2 * * *",
    "sla-minutes": "45",
    "sla-owner": "ana@contoso.com",
    "slack-channel": "#data-alerts",
    "slack-channel-critical": "#data-oncall",
    "slack-mention": "<!subteam^S03DATA>",
    "slack-username": "airflow",
    "slack-webhook-url": "https://hooks.slack.example/services/T000/B000/kvtui-demo",
    "snowflake-database": "ANALYTICS",
    "snowflake-role": "LOADER",
    "snowflake-warehouse": "WH_LOAD_M",
    "timezone": "Europe/Zagreb",
    "vendor-sftp-dir": "/outgoing/daily",
    "warehouse-schema": "mart",
    "warehouse-size": "medium",
}

CONNECTIONS: dict[str, str] = {
    "azure-data-lake": (
        '{"conn_type": "adls", "login": "airflow", "extra": {"account_name": "stcontosolake", '
        '"tenant": "aaaabbbb-0000-cccc-1111-dddd2222eeee"}}'
    ),
    "azure-service-bus": "azure-service-bus://?fully_qualified_namespace=sb-contoso.servicebus.windows.net",
    "databricks-default": "databricks://token:kvtui-demo@adb-1000000000000001.1.azuredatabricks.net",
    "dbt-cloud": '{"conn_type": "dbt_cloud", "login": "70403103", "password": "kvtui-demo"}',
    "email-relay": "smtp://mailer:kvtui-demo@smtp.internal.contoso.com:587/?disable_tls=false",
    "finance-mssql": "mssql://etl:kvtui-demo@sql-finance.database.windows.net:1433/finance",
    "ftp-vendor": "sftp://contoso:kvtui-demo@sftp.vendor.example:22/outgoing",
    "github-api": '{"conn_type": "github", "password": "kvtui-demo", "host": "https://api.github.com"}',
    "http-exchange-rates": "http://rates.internal.contoso.com:443/https",
    "kafka-main": (
        '{"conn_type": "kafka", "extra": {"bootstrap.servers": "kafka-1:9093,kafka-2:9093", '
        '"security.protocol": "SASL_SSL"}}'
    ),
    "mongo-catalog": "mongo://catalog:kvtui-demo@mongo-1.internal.contoso.com:27017/catalog?tls=true",
    "mysql-webshop": "mysql://reader:kvtui-demo@mysql-webshop.internal.contoso.com:3306/shop",
    "opsgenie-default": '{"conn_type": "opsgenie", "password": "kvtui-demo"}',
    "orders-db": "postgresql://airflow:kvtui-demo@pg-orders.internal.contoso.com:5432/orders?sslmode=require",
    "postgres-default": "postgresql://airflow:kvtui-demo@pg-main.internal.contoso.com:5432/main",
    "redis-cache": "redis://:kvtui-demo@redis-1.internal.contoso.com:6380/0",
    "salesforce-default": '{"conn_type": "salesforce", "login": "sync", "password": "kvtui-demo"}',
    "slack-api": '{"conn_type": "slack", "password": "kvtui-demo"}',
    "snowflake-default": (
        "snowflake://loader:kvtui-demo@/mart?account=contoso-west&database=ANALYTICS&warehouse=WH_LOAD_M"
    ),
    "spark-cluster": "spark://spark-master.internal.contoso.com:7077?deploy-mode=cluster",
    "tableau-server": '{"conn_type": "tableau", "login": "publisher", "password": "kvtui-demo"}',
    "wasb-landing": '{"conn_type": "wasb", "login": "stcontosolanding", "password": "kvtui-demo"}',
}

CONFIGS: dict[str, str] = {
    "sql-alchemy-conn": "postgresql+psycopg2://airflow:kvtui-demo@pg-airflow.internal.contoso.com/airflow",
    "smtp-password": "kvtui-demo",
    "fernet-key": "a3Z0dWktZGVtby1mZXJuZXQta2V5LTAwMDAwMDAwMDA=",
    "result-backend": "db+postgresql://airflow:kvtui-demo@pg-airflow.internal.contoso.com/airflow",
}

STRAYS: dict[str, str] = {
    "AppInsights-InstrumentationKey": "00000000-0000-0000-0000-00kvtuidemo0",
    "AzureWebJobsStorage": "DefaultEndpointsProtocol=https;AccountName=stcontosofn;AccountKey=kvtui-demo",
    "ConnectionStrings--Intranet": "Server=sql-intranet;Database=intranet;User=app;Password=kvtui-demo",
    "ConnectionStrings--Travel": "Server=sql-travel;Database=travel;User=app;Password=kvtui-demo",
    "GrafanaAdminPassword": "kvtui-demo",
    "HrPortal--Jwt--SigningKey": "kvtui-demo-signing-key",
    "Serilog--WriteTo--Seq--ApiKey": "kvtui-demo",
    "acr-pull-password": "kvtui-demo",
    "aks-ingress-htpasswd": "ops:$apr1$kvtui$demo",
    "bastion-ssh-key": "-----BEGIN DEMO KEY-----\nkvtui-demo: this opens nothing\n-----END DEMO KEY-----\n",
    "cosmos-primary-key": "kvtui-demo",
    "github-deploy-token": "kvtui-demo",
    "license-tableau": "KVTU-IDEM-O000-0000",
    "mailer-dkim-key": "kvtui-demo",
    "sendgrid-api-key": "kvtui-demo",
    "sentry-dsn": "https://kvtuidemo@sentry.internal.contoso.com/12",
    "sql-admin-password": "kvtui-demo",
    "twilio-auth-token": "kvtui-demo",
    "vpn-preshared-key": "kvtui-demo",
}

CERTIFICATES = ("tls-intranet-contoso-com", "tls-orders-contoso-com", "tls-wildcard-internal")

SEGMENTS = (
    "etl", "slack", "dbt", "orders", "billing", "ml", "kafka", "report", "quality", "pricing",
    "inventory", "sla", "feature", "vendor", "warehouse", "alerts",
)  # fmt: skip
"""First segments of the names that are made up when many are asked for."""

WORDS = (
    "batch", "window", "path", "token", "limit", "owner", "schema", "region", "retries", "schedule",
    "bucket", "target", "channel", "threshold", "timeout", "version", "prefix", "endpoint", "format",
)  # fmt: skip
