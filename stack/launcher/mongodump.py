"""`python -m launcher.mongodump dump > FILE` and `restore < FILE`: all of a Mongo server's data.

For servers that have no mongodump beside them, as the embedded one. The file is a compressed tar of
what mongodump writes into a folder, a file of BSON and one of metadata for each collection, so that
`mongorestore` reads it, too. Collections are read one after the other while the server goes on: who
wants one moment of all of them stops the writers. Restoring removes what is not in the file.
"""

import gzip
import os
import sys
import tarfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any
from urllib.parse import quote, unquote

from bson import decode_file_iter, json_util
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

SYSTEM = {"admin", "config", "local"}
BATCH = 500  # documents that are written at a time
DEPTH = 2  # of a path in the file: database and collection
DAMAGES = (tarfile.TarError, zlib.error, EOFError, OSError, BSONError)
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
DOCUMENTS, METADATA = ".bson", ".metadata.json"
USAGE = "Usage: python -m launcher.mongodump dump > FILE | restore < FILE"

Client = MongoClient[dict[str, Any]]


def dump(client: Client, file: IO[bytes]) -> int:
    """Write all collections to a file; returns how many documents that were."""
    count = 0
    with tarfile.open(fileobj=file, mode="w|gz") as archive:
        for database, name, options in collections(client):
            path = f"{quote(database, safe='')}/{quote(name, safe='')}"
            indexes = list(client[database][name].list_indexes())
            metadata = {"options": options, "indexes": indexes, "collectionName": name}
            with TemporaryFile() as documents:
                for each in documents_of(client, database, name):
                    documents.write(each.raw)
                    count += 1
                _add(archive, path + DOCUMENTS, documents)
            text = json_util.dumps(metadata, json_options=json_util.CANONICAL_JSON_OPTIONS)
            _add(archive, path + METADATA, BytesIO(text.encode()))
    return count


def documents_of(client: Client, database: str, name: str) -> Iterator[RawBSONDocument]:
    """Give the documents of a collection as the bytes that they are."""
    collection: Collection[RawBSONDocument] = client[database].get_collection(name, RAW)  # type: ignore[assignment]  # the client has one kind only
    yield from collection.find()


def collections(client: Client) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give database, name and options of all collections that belong to somebody."""
    for database in sorted(set(client.list_database_names()) - SYSTEM):
        for each in client[database].list_collections():
            if each["type"] == "collection" and not each["name"].startswith("system."):
                yield database, each["name"], dict(each["options"])


def _add(archive: tarfile.TarFile, path: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(path)
    entry.size = content.seek(0, os.SEEK_END)
    content.seek(0)
    archive.addfile(entry, content)


def restore(client: Client, file: IO[bytes]) -> int:
    """Put what a file holds in the place of all that is there; returns how many documents it was.

    Raises one of DAMAGES for a file that is damaged, and changes nothing then.
    """
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with gzip.open(file) as unpacked:
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                for entry in archive:
                    _extract(archive, entry, folder)
            unpacked.read()  # to the end, where the checksum is
        for database in set(client.list_database_names()) - SYSTEM:
            client.drop_database(database)
        return sum(
            _restore_collection(client, path) for path in sorted(folder.rglob(f"*{METADATA}"))
        )


def _extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one file below a folder; raises tarfile.ReadError for one that would be elsewhere."""
    parts = entry.name.split("/")
    content = archive.extractfile(entry)
    if len(parts) != DEPTH or not {"", ".", ".."}.isdisjoint(parts) or content is None:
        raise tarfile.ReadError(f"{entry.name!r} is no file of a database")
    path = folder.joinpath(*parts)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        copyfileobj(content, file)


def _restore_collection(client: Client, path: Path) -> int:
    metadata = json_util.loads(path.read_text(), json_options=json_util.CANONICAL_JSON_OPTIONS)
    database = client[unquote(path.parent.name)]
    name = metadata["collectionName"]
    database.create_collection(name, **metadata["options"])
    with path.with_name(path.name.removesuffix(METADATA) + DOCUMENTS).open("rb") as file:
        documents = decode_file_iter(file, RAW)
        count = 0
        while batch := list(islice(documents, BATCH)):
            database.get_collection(name, RAW).insert_many(batch)
            count += len(batch)
    if indexes := [each for each in metadata["indexes"] if each["name"] != "_id_"]:
        database.command("createIndexes", name, indexes=indexes)
    return count


def main(arguments: list[str]) -> None:
    """Do what the command line asks for, with the server that MONGO_URL names."""
    url = os.environ.get("MONGO_URL", "mongodb://127.0.0.1:27017")
    with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000) as client:
        try:
            if arguments == ["dump"]:
                count = dump(client, sys.stdout.buffer)
            elif arguments == ["restore"]:
                count = restore(client, sys.stdin.buffer)
            else:
                sys.exit(USAGE)
        except PyMongoError as error:
            sys.exit(f"MongoDB did not do it: {error}. Look whether it runs at {url}.")
        except DAMAGES as error:
            sys.exit(f"The file is damaged: {error}. Take another one; nothing was changed.")
    sys.stderr.write(f"{count} documents\n")


if __name__ == "__main__":
    main(sys.argv[1:])
