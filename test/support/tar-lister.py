"""Lists what Python's tarfile sees in each of the files named on standard input, one JSON line each."""

import hashlib
import json
import sys
import tarfile


def entry(archive, member):
    content = b""
    if member.isreg() and not member.issparse():
        content = archive.extractfile(member).read()
        if len(content) != member.size:
            raise EOFError("content ends early")
    return {
        "name": member.name.encode("utf-8", "surrogateescape").hex(),
        "type": member.type.decode("latin1"),
        "size": member.size,
        "sha": hashlib.sha256(content).hexdigest(),
        "link": member.linkname.encode("utf-8", "surrogateescape").hex(),
    }


def seen(path):
    entries = []
    try:
        with tarfile.open(path, "r:", encoding="utf-8", errors="surrogateescape") as archive:
            for member in archive:
                entries.append(entry(archive, member))
    except Exception as fault:  # whatever it is: the file was not read to its end
        return {"entries": entries, "fault": f"{type(fault).__name__}: {fault}"}
    return {"entries": entries}


for line in sys.stdin:
    print(json.dumps(seen(line.rstrip("\n"))))
