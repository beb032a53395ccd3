"""Reads exports with none of our code, and says in JSON what it finds.

    check_export.py csv FILE                rows, as a standard reader sees them
    check_export.py xlsx FILE               rows of each sheet, and every cell that is a formula or a link
    check_export.py json FILE SCHEMA        what departs from the published form
    check_export.py ts27560 FILE SHAPES     what departs from the shapes, and how many records there are
"""

import csv
import json
import sys
from pathlib import Path


def read_csv(file):
    with open(file, newline="", encoding="utf-8") as opened:
        return {"rows": list(csv.reader(opened, strict=True))}


def read_xlsx(file):
    from openpyxl import load_workbook

    sheets, unsafe = {}, []
    for sheet in load_workbook(file):
        rows = list(sheet.iter_rows())
        sheets[sheet.title] = [[None if cell.value is None else str(cell.value) for cell in row] for row in rows]
        for cell in (cell for row in rows for cell in row):
            if cell.data_type == "f" or cell.hyperlink is not None:
                unsafe.append(f"{sheet.title}!{cell.coordinate}")
    return {"sheets": sheets, "unsafe": unsafe}


def check_json(file, schema):
    from jsonschema import Draft202012Validator

    form = json.loads(Path(schema).read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = Draft202012Validator(form).iter_errors(json.loads(Path(file).read_text("utf-8")))
    return {"departures": [f"{error.json_path}: {error.message}" for error in found]}


def check_records(file, shapes):
    from pyshacl import validate
    from rdflib import RDF, Graph, Namespace

    graph = Graph().parse(file, format="json-ld")
    records = set(graph.subjects(RDF.type, Namespace("https://w3id.org/dpv#").ConsentRecord))
    conforms, _, said = validate(graph, shacl_graph=Graph().parse(shapes, format="turtle"), advanced=True)
    return {"conforms": conforms, "records": len(records), "said": said}


if __name__ == "__main__":
    checks = {"csv": read_csv, "xlsx": read_xlsx, "json": check_json, "ts27560": check_records}
    print(json.dumps(checks[sys.argv[1]](*sys.argv[2:])))
