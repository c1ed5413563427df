# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# validate.py SCHEMA FILE [--lines]: holds a JSON file, or each line of it, against a JSON schema.
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.validators.validator_for(schema)(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    texts = file.read().splitlines() if "--lines" in sys.argv else [file.read()]
wrong = [(number, error) for number, text in enumerate(texts, 1) for error in validator.iter_errors(json.loads(text))]
for number, error in wrong[:10]:
    print(f"{number}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
if wrong:
    sys.exit(1)
print(f"{len(texts)} valid")
