import pytest

from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.organisations import add_organisation, find_organisation


class TestAddOrganisation:
    def test_an_organisation_is_added_once_and_then_corrected(self, db):
        assert add_organisation(db, "rxd", "Aldwater", vpd="900")
        assert not add_organisation(db, "RXD", "Aldwater NHS Foundation Trust")

        organisation = find_organisation(db, "rxd ")

        assert organisation.name == "Aldwater NHS Foundation Trust"
        assert organisation.vpd == "900"

    @pytest.mark.parametrize(
        ("code", "name", "vpd", "said"),
        [
            ("", "Aldwater", None, "ODS code"),
            ("<script>", "Aldwater", None, "ODS code"),
            ("RXD", " ", None, "name"),
            ("RXD", "Aldwater", "9", "three digits"),
            ("RXD", "Aldwater", "abc", "three digits"),
        ],
    )
    def test_what_cannot_be_right_is_refused(self, db, code, name, vpd, said):
        with pytest.raises(InvalidInputError, match=said):
            add_organisation(db, code, name, vpd=vpd)

    def test_two_organisations_cannot_have_one_vpd(self, db):
        add_organisation(db, "RXD", "Aldwater", vpd="900")

        with pytest.raises(InvalidInputError, match="belongs to another organisation"):
            add_organisation(db, "RXE", "Other", vpd="900")


class TestFindOrganisation:
    def test_the_only_one_needs_no_code(self, db):
        add_organisation(db, "RXD", "Aldwater")

        assert find_organisation(db).code == "RXD"

    def test_with_several_the_code_is_asked_for(self, db):
        add_organisation(db, "RXD", "Aldwater")
        add_organisation(db, "RXE", "Other")

        with pytest.raises(NotFoundError, match="Say which"):
            find_organisation(db)

    @pytest.mark.parametrize("code", ["RXZ", None])
    def test_with_none_it_says_how_to_add_one(self, db, code):
        with pytest.raises(NotFoundError, match="tracker organisation add"):
            find_organisation(db, code)
