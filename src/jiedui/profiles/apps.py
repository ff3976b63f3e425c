from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "jiedui.profiles"

    def ready(self) -> None:
        from jiedui.core.pages import PAGES
        from jiedui.households.views.card import helpers_of
        from jiedui.orgs.views.teams import SECTIONS
        from jiedui.profiles import pair_sections, sheet_section

        PAGES["households.household"] = "profiles:household"
        PAGES["household.details"] = "profiles:household_details"
        PAGES["orgs.member"] = "profiles:member"
        PAGES["orgs.organisation"] = "profiles:organisation"
        PAGES["places.place"] = "profiles:place"
        PAGES["pairing.pair"] = "profiles:pair"
        helpers_of.append(pair_sections.helpers)
        SECTIONS.append(sheet_section.of_team)
