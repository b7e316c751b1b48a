"""Making a contract out of a file over HTTP, as the office's page does."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tallybook.accounts.operations import create_token
from tallybook.api.imports import BODY_BYTES_MAX, WHERE_MAX
from tallybook.contracts.import_plan import ITEMS_MAX
from tallybook.contracts.import_sheets import CELL_LENGTH_MAX, CELLS_MAX, COLUMNS_MAX, FILE_BYTES_MAX, ROWS_MAX
from tallybook.contracts.models import Contract, ContractItem, ContractPerson
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, PASSWORD, make_person
from tests.support.server import running_server

PREVIEW = "/api/v1/contract-imports/preview"
SAVE = "/api/v1/contract-imports"
HEADINGS = "Line No.,Item No,Description,Unit,Qty,Unit Price,Project No,Category,Alt\r\n"
ITEMS = (
    HEADINGS
    + '10,2021.501,Mobilization,LS,1,"$75,000.50",SP 1-2,Road,\r\n'
    + '20,2360.509,"Wearing course,\r\n3/4"" minus",TON,"4,250",.54,SP 1-2,Road,\r\n'
    + "Bridge work,,,,,,,,\r\n"
    + "30,2401.507,Credit for salvage – steel,LB,100,($1.25),SP 1-3,Bridge,A\r\n"
)
SEVERAL = "Contract,Bidder,Item No,Description,Unit,Qty,Unit Price\n" + "".join(
    f"{contract},{bidder},{item},Sod,SY,10,{price}\n"
    for contract, bidder, price in (("C1", "Ames", "1.50"), ("C1", "Bond", "1.75"), ("C2", "ames ", "2"))
    for item in ("2575.505", "2575.507")
)


@pytest.fixture
def office(transactional_db: None) -> Client:
    return client_of("ruth", "office")


def client_of(name: str, role: str) -> Client:
    token = create_token(person=make_person(name, role), at=NOW)
    return Client(headers={"Authorization": f"Bearer {token}"})


def ask(client: Client, address: str, content: bytes | str | None = ITEMS, **fields: Any) -> Any:
    encoded = content.encode("windows-1252") if isinstance(content, str) else content
    given = {} if encoded is None else {"file": SimpleUploadedFile("items.csv", encoded)}
    return client.post(address, {**given, **fields})


def refused(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json", response.content
    told = response.json()
    assert all(told[name] for name in ("title", "remedy"))
    return response.status_code, told["code"]


def test_a_preview_tells_everything_and_saves_nothing(office: Client) -> None:
    told = ask(office, PREVIEW).json()

    assert told["items"][1] == {
        "row": 3, "project": "SP 1-2", "line": "20", "item_number": "2360.509",
        "description": 'Wearing course, 3/4" minus', "unit": "TON", "quantity": "4250", "unit_price": "0.54",
        "amount": "2295.00", "accuracy": "3", "category": "Road", "alternate": "",
    }  # fmt: skip
    assert told["items"][2]["description"] == "Credit for salvage – steel"
    assert [one["amount"] for one in told["items"]] == ["75000.50", "2295.00", "-125.00"]
    assert (told["count"], told["total"], told["ready"]) == (3, "77170.50", True)
    assert told["projects"] == [
        {"number": "SP 1-2", "title": "SP 1-2", "items": 2, "total": "77295.50"},
        {"number": "SP 1-3", "title": "SP 1-3", "items": 1, "total": "-125.00"},
    ]
    assert told["columns"][1] == {"part": "item_number", "title": "item number", "heading": "Item No", "letter": "B"}
    assert (told["sheet"], told["sheets"], told["unused"], told["problems"]) == ("", [], [], [])
    assert told["warnings"] == [
        "1 row was left out as a title or a remark: 4.",
        "1 row has a price below zero: a deduction: 5.",
        "1 row belongs to an alternate and is in the total: 5.",
    ]
    assert not Contract.objects.exists()
    assert not LedgerHead.objects.exists()


def test_every_bad_row_is_told_and_none_comes_in(office: Client) -> None:
    bad = HEADINGS + (
        "10,2021.501,Mobilization,LS,one,5,,,\n20,,Sod,SY,1.5,\n30,1,Sod,SY,1,1e3,,,\n10,2,Sod,SY,1,1\n10,3,x,SY,1,1\n"
    )

    told = ask(office, PREVIEW, bad).json()

    assert [(one["row"], one["reason"]) for one in told["problems"]] == [
        (2, "Quantity: “one” is not a number."),
        (3, "The unit price is empty. The item number is empty."),
        (4, "Unit price: “1e3” is shortened with an exponent: write all its digits."),
        (6, "Line 10 stands in row 5 already."),
    ]
    assert (told["ready"], told["count"]) == (False, 2)
    saved = ask(office, SAVE, bad, number="SP 1", name="Overlay")
    assert refused(saved) == (422, "import_rows_refused")
    assert len(saved.json()["detail"]["lines"]) == 4
    assert not LedgerHead.objects.exists()


def test_a_file_of_several_contracts_offers_them_to_choose_from(office: Client) -> None:
    first = ask(office, PREVIEW, SEVERAL).json()

    assert (first["choose"], first["ready"], first["items"]) == (["contract", "bidder"], False, [])
    contract, bidder = first["choices"]
    assert contract["values"] == [{"value": "C1", "rows": 4}, {"value": "C2", "rows": 2}]
    assert (contract["heading"], contract["needed"], contract["chosen"]) == ("Contract", True, None)
    assert bidder["values"] == [{"value": "Ames", "rows": 4}, {"value": "Bond", "rows": 2}]

    second = ask(office, PREVIEW, SEVERAL, where=["Contract=C1"]).json()
    assert second["choose"] == ["bidder"]
    assert second["choices"][0]["chosen"] == "C1"
    assert second["choices"][1]["values"] == [{"value": "Ames", "rows": 2}, {"value": "Bond", "rows": 2}]

    third = ask(office, PREVIEW, SEVERAL, where=["Contract=C1", "bidder=BOND"]).json()
    assert (third["choose"], third["ready"], third["total"]) == ([], True, "35.00")
    assert [one["chosen"] for one in third["choices"]] == ["C1", "Bond"]

    assert third["choices"][0]["values"] == contract["values"]

    alone = ask(office, PREVIEW, SEVERAL, where=["Contract=C2"]).json()
    assert (alone["ready"], alone["total"]) == (True, "40.00")
    assert refused(ask(office, SAVE, SEVERAL, number="1", name="n")) == (422, "import_choice_needed")


def test_a_contract_is_made_with_its_makers_right(office: Client) -> None:
    response = ask(office, SAVE, number=" SP 1 ", name="Overlay", prime_contractor="Ames", accuracy="2")

    assert response.status_code == 201
    told = response.json()
    contract = Contract.objects.get()
    assert told == {"id": str(contract.contract_id), "number": "SP 1"}
    assert (contract.number, contract.name, contract.prime_contractor) == ("SP 1", "Overlay", "Ames")
    assert set(ContractItem.objects.values_list("accuracy", flat=True)) == {2}
    assert ContractPerson.objects.get().right == "office"
    listed = office.get("/api/sync/v1/contracts").json()["contracts"]
    assert [(one["number"], one["right"]) for one in listed] == [("SP 1", "office")]
    assert find_first_difference(contract_id=contract.contract_id, rules=RULES) is None


def test_pressed_twice_it_makes_one_contract(office: Client) -> None:
    assert ask(office, SAVE, number="SP 1", name="Overlay").status_code == 201

    again = ask(office, SAVE, number="SP 1", name="Overlay")

    assert refused(again) == (409, "contract_number_taken")
    assert LedgerHead.objects.count() == 1


def test_pressed_by_two_at_once_it_makes_one_contract(office: Client) -> None:
    def press(_: int) -> int:
        try:
            status: int = ask(office, SAVE, number="SP 1", name="Overlay").status_code
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(press, range(4)))

    assert statuses == [201, 409, 409, 409]
    assert LedgerHead.objects.count() == 1
    assert ContractItem.objects.count() == 3


@pytest.mark.parametrize(
    ("number", "name", "prime", "fields"),
    [
        ("", "  ", "", {"number", "name"}),
        ("x" * 41, "n", "", {"number"}),
        ("x", "n" * 201, "p" * 201, {"name", "prime_contractor"}),
        ("a\x00b", "n", "", {"number"}),
    ],
)
def test_what_cannot_be_a_contracts_name_is_told_by_field(
    office: Client, number: str, name: str, prime: str, fields: set[str]
) -> None:
    response = ask(office, SAVE, number=number, name=name, prime_contractor=prime)

    assert refused(response) == (422, "contract_fields_refused")
    assert response.json()["detail"]["fields"].keys() == fields
    assert not LedgerHead.objects.exists()


def test_only_the_office_and_an_administrator_may(transactional_db: None) -> None:
    statuses = {role: ask(client_of(role, role), SAVE, number=role, name="x").status_code
                for role in ("admin", "office", "inspector", "viewer")}  # fmt: skip

    assert statuses == {"admin": 201, "office": 201, "inspector": 403, "viewer": 403}
    assert refused(ask(client_of("i", "inspector"), PREVIEW)) == (403, "office_only")
    assert refused(ask(Client(), PREVIEW)) == (401, "not_signed_in")


def test_a_page_needs_the_csrf_token(transactional_db: None) -> None:
    call_command("createcachetable", verbosity=0)
    make_person("ruth", "office")
    client = Client(enforce_csrf_checks=True)
    client.get("/api/v1/session")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    login = json.dumps({"email": "ruth@example.org", "password": PASSWORD})
    client.post("/_allauth/browser/v1/auth/login", login, content_type="application/json", headers=headers)
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}

    without = ask(client, PREVIEW)
    with_token = client.post(PREVIEW, {"file": SimpleUploadedFile("a.csv", ITEMS.encode())}, headers=headers)

    assert refused(without) == (403, "csrf_refused")
    assert with_token.status_code == 200


def rows_of(count: int) -> str:
    return "".join(f"{line},1,Sod,SY,1,1,,,\n" for line in range(count))


@pytest.mark.parametrize(
    ("content", "fields", "expected"),
    [
        (None, {}, (422, "import_file_missing")),
        (ITEMS, {"accuracy": "7"}, (422, "import_accuracy_refused")),
        (ITEMS, {"accuracy": "two"}, (422, "import_accuracy_refused")),
        (ITEMS, {"where": "C1"}, (422, "import_choice_unreadable")),
        (ITEMS, {"where": ["Line No.=10"] * (WHERE_MAX + 1)}, (422, "import_choice_unreadable")),
        (ITEMS, {"where": "Colour=red"}, (422, "import_choice_matches_nothing")),
        (ITEMS, {"sheet": "None"}, (422, "import_sheet_not_found")),
        ("a,b\n1,2\n", {}, (422, "import_headings_not_found")),
        ("", {}, (422, "import_headings_not_found")),
        (HEADINGS, {}, (422, "import_no_items")),
        (HEADINGS + '1,1,"Sod', {}, (422, "import_unreadable")),
        (b"\xff\xfe\x00", {}, (422, "import_unreadable")),
        (b"PK\x03\x04 no workbook", {}, (422, "import_unreadable")),
        (b"\xd0\xcf\x11\xe0 no workbook", {}, (422, "import_unreadable")),
        (b"\x1f\x8b no archive", {}, (422, "import_unreadable")),
        (b"x" * (FILE_BYTES_MAX + 1), {}, (413, "import_too_large")),
        (HEADINGS + "," * COLUMNS_MAX, {}, (413, "import_too_large")),
        (HEADINGS + "\n" * ROWS_MAX, {}, (413, "import_too_large")),
        (HEADINGS + ("," * (COLUMNS_MAX - 1) + "\n") * (CELLS_MAX // COLUMNS_MAX + 1), {}, (413, "import_too_large")),
        (HEADINGS + "x" * (CELL_LENGTH_MAX + 1), {}, (413, "import_too_large")),
        (HEADINGS + rows_of(ITEMS_MAX + 1), {}, (413, "import_too_large")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_plainly(office: Client, content: Any, fields: Any, expected: Any) -> None:
    assert refused(ask(office, PREVIEW, content, **fields)) == expected


def test_a_small_file_cannot_unpack_to_a_large_one(office: Client) -> None:
    packed = gzip.compress(b"\n" * (65 * 1024 * 1024))
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (65 * 1024 * 1024))

    assert refused(ask(office, PREVIEW, packed)) == (413, "import_too_large")
    assert refused(ask(office, PREVIEW, workbook.getvalue())) == (413, "import_too_large")


def test_an_upload_is_written_nowhere(office: Client, settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"
    large = HEADINGS + rows_of(200) + "\n" * 50_000 + ("remark" * 5_000 + "\n") * 100
    assert len(large) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    assert ask(office, PREVIEW, large).json()["count"] == 200


def test_many_choices_are_listed_up_to_a_limit(office: Client) -> None:
    rows = "".join(f"B{bidder},1,Sod,SY,1,1\n" for bidder in range(2_003))

    told = ask(office, PREVIEW, "Bidder,Item No,Description,Unit,Qty,Unit Price\n" + rows).json()

    assert (len(told["choices"][0]["values"]), told["choices"][0]["left_out"]) == (2_000, 3)


def test_what_is_very_long_is_not_repeated_whole(office: Client) -> None:
    heading, bidder = "h" * 20_000, "b" * 20_000
    headings = f"Bidder,Item No,Description,Unit,Qty,Unit Price,{heading}\n"

    told = ask(office, PREVIEW, f"{headings}{bidder},1,Sod,SY,1,1\nB,1,Sod,SY,1,1\nC,1,Sod,SY,1,1\n")
    missing = ask(office, PREVIEW, f"Item No,{heading}\n1,2\n")
    unmatched = ask(office, PREVIEW, f"{headings}{bidder},1,Sod,SY,1,1\n", where="Bidder=C")

    assert told.json()["unused"] == ["h" * 80]
    choice = told.json()["choices"][0]
    assert ([one["value"] for one in choice["values"]], choice["left_out"]) == (["B", "C"], 1)
    assert all(len(one.content) < 2_000 for one in (told, missing, unmatched))


def test_a_broken_form_is_told(office: Client) -> None:
    response = office.generic("POST", PREVIEW, b"--x\r\n", content_type="multipart/form-data; boundary=")

    assert refused(response) == (400, "bad_request")


def test_too_large_a_body_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        talk = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        talk.putrequest("POST", PREVIEW)
        talk.putheader("Content-Type", "multipart/form-data; boundary=x")
        talk.putheader("Content-Length", str(BODY_BYTES_MAX + 1))
        talk.endheaders(b"--x\r\n")

        answer = talk.getresponse()  # nothing more was sent

        assert (answer.status, json.loads(answer.read())["code"]) == (413, "too_large")
        talk.close()
