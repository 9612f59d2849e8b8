"""A zip that is the same bytes for the same files, and what is true of every zip that runs in Lambda."""

import re
import struct
import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say
X86_64 = 62  # e_machine of the ELF header, System V ABI


def write_files(files: dict[str, bytes], target: Path) -> None:
    """`files` by name, in a fixed order and of one date; the zip is there whole or not at all."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o755 if ".so" in name else 0o644) << 16
            info.create_system = 3
            package.writestr(info, files[name])
    part.replace(target)


def sizes_of(path: Path) -> dict[str, int]:
    """Bytes zipped, bytes unzipped, and the number of files."""
    with zipfile.ZipFile(path) as package:
        infos = package.infolist()
    unzipped = sum(info.file_size for info in infos)
    return {"zipped": path.stat().st_size, "unzipped": unzipped, "files": len(infos)}


def too_large(sizes: dict[str, int], most: dict[str, int]) -> list[str]:
    """Each way in which the zip is more than it may be."""
    return [f"is {sizes[how]:,} bytes {how}, more than {most[how]:,}" for how in most if sizes[how] > most[how]]


def strangers(package: zipfile.ZipFile) -> list[str]:
    """Each compiled file that is not for the machine that Lambda runs."""
    found = []
    for name in package.namelist():
        if re.search(r"\.so(\.|$)", name) and (header := package.read(name)[:20])[:4] == b"\x7fELF":
            machine = struct.unpack_from("<H", header, 18)[0]
            if machine != X86_64:
                found.append(f"{name} is compiled for machine {machine}, not for x86_64")
    return found
