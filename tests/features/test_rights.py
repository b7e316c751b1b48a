"""What a right on a contract gives, and what a role never gives."""

from __future__ import annotations

import pytest

from tallybook.commands.main import main
from tallybook.contracts.models import ContractPerson
from tallybook.contracts.queries import right_on_contract, rights_on_contracts
from tallybook.contracts.records import RIGHTS

from tests.support.agency import TestDevice, assign, make_contract, make_person


@pytest.mark.parametrize("right", RIGHTS)
def test_a_viewer_reads_whatever_was_assigned(transactional_db: None, right: str) -> None:
    contract_id, item = make_contract(make_person("ruth", "office"))
    viewer = make_person("vic", "viewer")
    assign(viewer, contract_id, right)
    device = TestDevice(viewer, contract_id)

    answers = device.push(device.transaction(item, "1"), device.note())

    assert [(one["state"], one["reason"]) for one in answers] == [("held", "forbidden")] * 2
    assert right_on_contract(person=viewer, contract_id=contract_id) == "view"
    assert rights_on_contracts(person=viewer) == {contract_id: "view"}
    listed = device.client.get("/api/sync/v1/contracts").json()["contracts"]
    assert [one["right"] for one in listed] == ["view"]
    device.pull()
    assert device.images[str(item)]["fields"]["unit"] == "LS"


def test_a_viewer_is_given_the_right_view_alone(transactional_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    make_person("dana", "admin")
    make_contract(make_person("ruth", "office"))
    viewer = make_person("vic", "viewer")

    codes = {right: main(["assign", viewer.email, "SP 1", "--right", right]) for right in RIGHTS}

    assert codes == {"inspection": 1, "office": 1, "view": 0}
    assert "A viewer can have the right view alone." in capsys.readouterr().err
    assert ContractPerson.objects.get(id=viewer.id).right == "view"
