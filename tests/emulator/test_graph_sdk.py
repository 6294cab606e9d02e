from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from azure.identity.aio import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_service_client import GraphServiceClient

from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess

# The generated code warns about its own classes.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters


@pytest.fixture
async def credential(azure: EmulatorProcess) -> AsyncIterator[ClientSecretCredential]:
    """Of the app that may read the directory."""
    secret = company.CLIENT_SECRETS[company.PLATFORM_AUTOMATION]
    async with ClientSecretCredential(
        company.TENANT_ID, company.PLATFORM_AUTOMATION, secret, connection_verify=str(azure.ca_file)
    ) as made:
        yield made


async def test_the_sdk_searches_counts_and_pages(credential: ClientSecretCredential) -> None:
    client = GraphServiceClient(credential)
    query = Query(search='"displayName:astro"', count=True, top=3, select=["id", "appId", "displayName"])
    configuration = RequestConfiguration(query_parameters=query)
    configuration.headers.add("ConsistencyLevel", "eventual")
    first = await client.applications.get(configuration)
    assert first
    assert first.odata_next_link
    follow: RequestConfiguration[Query] = RequestConfiguration()
    follow.headers.add("ConsistencyLevel", "eventual")
    second = await client.applications.with_url(first.odata_next_link).get(follow)
    assert second
    found = [app.display_name for page in (first, second) for app in page.value or []]
    assert (first.odata_count, len(found)) == (5, 5)


async def test_the_sdk_meets_an_app_that_is_not_there(credential: ClientSecretCredential) -> None:
    with pytest.raises(ODataError) as caught:
        await GraphServiceClient(credential).applications_with_app_id(company.made_id("client", "x")).get()
    assert caught.value.response_status_code == 404
    assert caught.value.error
    assert caught.value.error.code == "Request_ResourceNotFound"
