# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# sarif.py FILE ROOT: tells what a SARIF file says, a line each, and what its fixes make of the lines of the sources.
import base64
import json
import os
import sys
import urllib.parse

with open(sys.argv[1], encoding="utf-8") as file:
    [run] = json.load(file)["runs"]
root = sys.argv[2]
rules = run["tool"]["driver"]["rules"]
assert run["columnKind"] == "utf16CodeUnits"


def path(location):
    uri = location["uri"]
    assert all(letter.isalnum() and letter.isascii() or letter in "-._~%/!$&'()*+,;=@" or uri.startswith("file://") and letter == ":" for letter in uri), uri
    if "uriBaseId" in location:
        assert location["uriBaseId"] in run["originalUriBaseIds"] and not uri.startswith("/")
        return urllib.parse.unquote(uri)
    return uri


def utf16(text):
    return text.encode("utf-16-le")


def slice16(line, begin, end):
    return utf16(line)[2 * (begin - 1):2 * (end - 1)].decode("utf-16-le")


def offset16(data, line, column):
    """The byte offset of a place that is told in UTF-16 columns; what is no UTF-8 counts as one."""
    lines = data.split(b"\n")
    before = utf16(lines[line - 1].decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode())
    prefix = before[:2 * (column - 1)].decode("utf-16-le")
    return sum(len(other) + 1 for other in lines[:line - 1]) + len(prefix.encode())


def apply(changes):
    for change in changes:
        with open(os.path.join(root, path(change["artifactLocation"])), "rb") as file:
            data = before = file.read()
        for replacement in reversed(change["replacements"]):
            region, new = replacement["deletedRegion"], replacement["insertedContent"]
            if "byteOffset" in region:
                begin, end, text = region["byteOffset"], region["byteOffset"] + region["byteLength"], base64.b64decode(new["binary"])
            else:
                begin, end = offset16(data, region["startLine"], region["startColumn"]), offset16(data, region["endLine"], region["endColumn"])
                text = new["text"].encode()
            data = data[:begin] + text + data[end:]
        old = before.split(b"\n")
        for line in data.split(b"\n"):
            if line not in old:
                print("    + " + line.decode("utf-8", "replace"))
        kept = data.split(b"\n")
        for line in old:
            if line not in kept:
                print("    - " + line.decode("utf-8", "replace"))


for invocation in run["invocations"]:
    print("successful" if invocation["executionSuccessful"] else "not successful")
    for note in invocation["toolExecutionNotifications"]:
        where = [path(location["physicalLocation"]["artifactLocation"]) for location in note.get("locations", [])]
        print(f"  {note['level']} {note['descriptor']['id']}: {note['message']['text']}", *where)
for rule in rules:
    assert len(rule["shortDescription"]["text"]) <= 1024 and len(rule["fullDescription"]["text"]) <= 1024
    assert rule["help"]["text"] and "](../" not in rule["help"]["markdown"]
    print(f"rule {rule['id']} {rule['defaultConfiguration']['level']}: {rule['shortDescription']['text']}")
for result in run["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    [location] = result["locations"]
    place = location["physicalLocation"]
    region = place["region"]
    line = place["contextRegion"]["snippet"]["text"]
    spot = slice16(line, region["startColumn"], region["endColumn"])
    assert spot == region["snippet"]["text"], (spot, region)
    function = [logical["fullyQualifiedName"] for logical in location.get("logicalLocations", [])]
    print(result["level"], result["ruleId"], path(place["artifactLocation"]), f"{region['startLine']}:{region['startColumn']}", f"[{spot}]", *function,
          *(f"suppressed {suppression['kind']}" for suppression in result["suppressions"]))
    assert result["partialFingerprints"]["asyncTidyFingerprint/v1"]
    for flow in result.get("codeFlows", []):
        [thread] = flow["threadFlows"]
        for step in thread["locations"]:
            where = step["location"]["physicalLocation"]
            print(f"  {step['nestingLevel']} {path(where['artifactLocation'])}:{where['region']['startLine']} {step['location']['message']['text']}")
    print(f"  {len(result.get('relatedLocations', []))} related")
    for fix in result.get("fixes", []):
        print("  fix: " + fix["description"]["text"])
        apply(fix["artifactChanges"])
