"""What sites can be told: by which names they are called, who may do what, what is refused."""

import pytest
from brubeck.settings import SettingsError
from sitesettings import ChatSettings, SavedLinksSettings, SiteSettings


def test_a_site_is_called_by_its_own_name_and_by_those_that_it_is_given() -> None:
    """Its own one stands below the domain of the suite; empty ones do not count."""
    environ = {"SEA_OTHER_HOSTS": "sea.example, ,www.sea.example", "SITE_DOMAIN": "suite.test"}
    settings = SiteSettings.from_environment(environ, prefix="SEA_")
    assert settings.hosts == ("sea.suite.test", "sea.example", "www.sea.example")


@pytest.mark.parametrize("text", ["10.0.0.0/33", "example.com", "127.0.0.1;10.0.0.1"])
def test_networks_that_are_none_are_refused_by_name(text: str) -> None:
    """The sentence names the variable, and how a good value looks."""
    with pytest.raises(SettingsError, match=r"SEA_FETCH_ALLOWED: .* Set it to addresses like"):
        SavedLinksSettings.from_environment({"SEA_FETCH_ALLOWED": text}, prefix="SEA_")


@pytest.mark.parametrize("key", ["1", "elevenchars"])
def test_a_key_that_can_be_guessed_is_refused(key: str) -> None:
    """An empty one means that there are no operators; all others have to be long."""
    with pytest.raises(SettingsError, match=r"SEA_OPERATOR_KEY has fewer than 12 characters\. Set"):
        ChatSettings.from_environment({"SEA_OPERATOR_KEY": key}, prefix="SEA_")
    assert ChatSettings.from_environment({"SEA_OPERATOR_KEY": ""}, prefix="SEA_").operator_key == ""
    assert ChatSettings.from_environment({"SEA_OPERATOR_KEY": key * 12}, prefix="SEA_").operator_key
