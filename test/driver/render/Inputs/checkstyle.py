# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# checkstyle.py FILE: looks at the structure of a Checkstyle report, for which there is no schema, and tells what it says.
import sys
import xml.etree.ElementTree as ET

root = ET.parse(sys.argv[1]).getroot()
assert root.tag == "checkstyle" and root.attrib == {"version": "4.3"}
names = [file.get("name") for file in root]
assert len(names) == len(set(names)), "a file is there twice"
for file in root:
    assert file.tag == "file" and set(file.attrib) == {"name"} and len(file)
    for error in file:
        assert error.tag == "error" and not len(error) and not error.text
        assert {"line", "severity", "message", "source"} <= set(error.attrib) <= {"line", "column", "severity", "message", "source"}
        assert error.get("severity") in ("error", "warning", "info") and int(error.get("line")) >= 0 and int(error.get("column", "1")) >= 1
        print(f"{file.get('name')}:{error.get('line')}:{error.get('column')}: {error.get('severity')}: {error.get('message')} [{error.get('source')}]")
print(len(names), "files")
