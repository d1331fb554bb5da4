"""A small OneRoster package that keeps every rule, as text files by name, for tests to spoil."""

import zipfile
from pathlib import Path

from bascule.feeds.standards.oneroster.columns import DATA_FILES

ROWS = {
    "academicSessions": [
        "y26,,,2025-2026,schoolYear,2025-08-18,2026-06-13,,2026",
        "t1,,,Fall,semester,2025-08-18,2026-01-17,y26,2026",
    ],
    "orgs": [
        'd1,,,"Lakeside District, No. 9",district,9,',
        "n1,,,Network 1,local,N1,d1",
        "s1,,,Adams School,school,100,n1",
        "s2,,,Baker School,school,200,n1",
    ],
    "courses": ['c1,,,y26,Algebra I,ALG,"09,10",d1,"Math,Stem","02052,99999"'],
    "classes": ['k1,,,Algebra A,09,c1,A1,scheduled,Room 1,s1,"t1,y26",,,"1,3"'],
    "users": [
        'u1,,,true,ann@x.example,"{LDAP:ann},{SIS:1}",Ann,Ñandú,,A1,,,,u3,09,,M1,,,,s1,she',
        'u2,,,true,bob,,Bob,"O\'Neil",,T1,b@x.example,,,,,secret,,,,,s1,',
        "u3,,,true,cy,,Cy,Ñandú,,,,555-0100,,,,,,,,,,",
        "u4,,,true,dee,,Dee,Day,,,,,,,09,,,,,,s2,",
    ],
    "userProfiles": ["p2,,,u2,lms,vendor,,,password,bob,"],
    "roles": [
        "r1,,,u1,primary,student,2025-08-18,2026-06-13,s1,",
        "r2,,,u2,primary,teacher,2025-08-18,,s1,p2",
        "r3,,,u3,primary,parent,,,s1,",
        "r4,,,u4,primary,student,2025-08-18,,s2,",
        "r5,,,u2,secondary,ext:networkChief,,,n1,",
    ],
    "enrollments": [
        "e1,,,k1,s1,u1,student,,2025-08-18,2026-01-17",
        "e2,,,k1,s1,u2,teacher,true,2025-08-18,",
    ],
    "demographics": ['u1,,,2011-03-01,female,,,true,,,,false,US,IL,"Chicago, IL",'],
}
AT = "2026-02-01T06:00:00.000Z"


def bulk_files() -> dict[str, bytes]:
    """Return the files of a bulk package by file name."""
    return _files("bulk", lambda row: row)


def delta_files() -> dict[str, bytes]:
    """Return the same records as a delta package, every row active."""
    return _files("delta", lambda row: row.replace(",,,", f",active,{AT},", 1))


def _files(mode: str, change) -> dict[str, bytes]:
    manifest = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    manifest += [f"file.{name},{mode if name in ROWS else 'absent'}" for name in DATA_FILES]
    files = {"manifest.csv": encoded([*manifest, "source.systemName,Lakeside"])}
    for name, rows in ROWS.items():
        header = ",".join(DATA_FILES[name].header)
        files[f"{name}.csv"] = encoded([header, *(change(row) for row in rows)])
    return files


def encoded(lines: list[str]) -> bytes:
    """Return lines as UTF-8 with LF at each end."""
    return ("\n".join(lines) + "\n").encode()


def zipped(folder: Path, files: dict[str, bytes], name: str = "package.zip") -> Path:
    """Write files into a zip, deflated."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, body in files.items():
            archive.writestr(file, body)
    return path


def changed(files: dict[str, bytes], file: str, old: str, new: str) -> dict[str, bytes]:
    """Return the files with one text replaced once; fails where the text is not there."""
    body = files[file].decode()
    assert body.count(old) >= 1, (file, old)
    return {**files, file: body.replace(old, new, 1).encode()}
