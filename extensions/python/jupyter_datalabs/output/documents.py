"""Where kept output goes: the notebook on disk, or the one being edited together."""

import asyncio
import os
import shutil
import tempfile
import time

import nbformat
from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.filemanager import FileContentsManager

from .merge import complete, merge


class Documents:
    """Writes into notebooks through the server's contents manager, and stands in its way where that loses output.

    A file that only gained kept output keeps the version (hash and time) it had before: a browser that still has the
    notebook open gets that output through its kernel, so there is no conflict to ask its user about.
    """

    def __init__(self, app, keeper):
        self._contents = app.contents_manager
        self._app = app
        self._keeper = keeper
        self._log = app.log
        self._locks = {}
        # Path to (what is on disk, what browsers are told), each (hash, time).
        self._versions = {}
        # Path to the time of the latest save that was not ours.
        self._saved = {}
        self._read = {}
        self._get, self._save = self._contents.get, self._contents.save
        self._rename = self._contents.rename_file

    def attach(self):
        self._contents.get = self.get
        self._contents.save = self.save
        self._contents.rename_file = self.rename_file

    def _lock(self, path):
        return self._locks.setdefault(path, asyncio.Lock())

    async def get(self, path, content=True, type=None, format=None, **options):  # noqa: A002  the contents manager's names
        key = path.strip("/")
        if content and type in (None, "notebook"):
            try:
                if self.room(key) is None and await self._keeper.wanted(key):
                    await self.write(key)
            except Exception:
                self._log.exception("Kept output could not be written to %s", key)
        model = await ensure_async(self._get(path, content=content, type=type, format=format, **options))
        if model.get("type") == "notebook":
            if content:
                self._read[key] = time.time()
            self._tell_version(key, model)
        return model

    def _tell_version(self, path, model):
        if path not in self._versions:
            return
        (disk_hash, disk_time), (told_hash, told_time) = self._versions[path]
        known = model.get("hash")
        if (known == disk_hash) if known else (model.get("last_modified") == disk_time):
            if known:
                model["hash"] = told_hash
            model["last_modified"] = told_time
        else:
            # Somebody else wrote to it.
            del self._versions[path]

    async def save(self, model, path=""):
        key = path.strip("/")
        notebook = model.get("content") if model.get("type") == "notebook" else None
        if not isinstance(notebook, dict):
            return await ensure_async(self._save(model, path))
        async with self._lock(key):
            began = time.time()
            done = []
            try:
                if self.room(key) is None:
                    unseen = [r for r in self._keeper.unseen(key) if r.changed > self._read.get(key, 0)]
                    done = complete(notebook, unseen)
            except Exception:
                self._log.exception("Kept output could not be added to the save of %s", key)
            result = await ensure_async(self._save(model, path))
            self._versions.pop(key, None)
            self._saved[key] = began
            for record in done:
                record.written = record.version
            self._keeper.saved(key, began)
            return result

    async def rename_file(self, old_path, new_path):
        result = await ensure_async(self._rename(old_path, new_path))
        old, new = old_path.strip("/"), new_path.strip("/")
        for table in (self._versions, self._saved, self._read):
            for path in [path for path in table if path == old or path.startswith(f"{old}/")]:
                table[new + path[len(old) :]] = table.pop(path)
        self._keeper.renamed(old, new)
        return result

    def room(self, path):
        """Extension and room of a notebook that is being edited together, or None.

        Looks without taking the rooms' locks: a room that is just being made reads its file through here.
        """
        for extension in self._app.extension_manager.extension_apps.get("jupyter_server_ydoc") or ():
            server = getattr(extension, "ywebsocket_server", None)
            file_id = self._app.web_app.settings["file_id_manager"].get_id(path)
            room = f"json:notebook:{file_id}"
            if server is not None and file_id is not None and room in server.rooms:
                return extension, room
        return None

    async def _document(self, path):
        """The notebook as it is edited together just now, or None."""
        room = self.room(path)
        return await room[0].get_document(room_id=room[1], copy=False) if room else None

    async def cell_ids(self, path):
        """Ids of the cells of a notebook; none if it cannot be read."""
        try:
            document = await self._document(path)
            if document is not None:
                return {cell.get("id") for cell in document.ycells}
            model = await ensure_async(self._get(path, content=True, type="notebook"))
        except Exception:
            return set()
        return {cell.get("id") for cell in model["content"]["cells"]}

    async def write(self, path):
        """Write what is pending for a notebook. Returns whether there is nothing left to write."""
        path = path.strip("/")
        async with self._lock(path):
            records = self._keeper.pending(path)
            if not records:
                return True
            versions = [(record, record.version) for record in records]
            document = await self._document(path)
            if document is not None:
                self._write_shared(document, records)
            elif not await self._write_file(path, records):
                return False
            for record, version in versions:
                record.written = version
            return True

    def _write_shared(self, document, records):
        with document.ydoc.transaction():
            for record in records:
                index = next((i for i, cell in enumerate(document.ycells) if cell.get("id") == record.cell_id), None)
                if index is None:
                    record.persisted = True
                    continue
                cell = document.get_cell(index)
                shared = document.ycells[index]
                if merge({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}, [record], lambda _: True):
                    # Replaced as a whole: what a browser adds to the old outputs while it is cut off goes with them.
                    shared["outputs"] = _shared_outputs(cell["outputs"])
                    shared["execution_count"] = cell["execution_count"]
                    shared["metadata"]["trusted"] = True
                shared["execution_state"] = "idle" if record.finished is not None else "running"

    async def _write_file(self, path, records):
        try:
            model = await ensure_async(self._get(path, content=True, type="notebook", require_hash=True))
        except Exception as error:
            if getattr(error, "status_code", None) == 404:
                self._log.info("Kept output stays in memory: %s is not there.", path)
                return False
            raise
        if not model.get("writable", True):
            return False
        disk = (model.get("hash"), model.get("last_modified"))
        known = self._versions.get(path)
        ours = known is not None and known[0][0] == disk[0]
        modified = disk[1].timestamp() if disk[1] else 0

        def saved_since(record):
            return self._saved.get(path, 0) > record.started or (not ours and modified > record.started)

        notebook = model["content"]
        if not merge(notebook, records, saved_since):
            return True
        if not self._replace_file(path, notebook):
            await ensure_async(self._save({"type": "notebook", "format": "json", "content": notebook}, path))
        after = await ensure_async(self._get(path, content=False, type="notebook", require_hash=True))
        told = known[1] if ours else disk
        self._versions[path] = ((after.get("hash"), after.get("last_modified")), told)
        return True

    def _replace_file(self, path, notebook):
        """Write the file of a notebook so that it is the old or the new one at any time, and never a part.

        The contents manager empties the file before it writes. Nobody may be there to see what becomes of that, and
        the server may be on its way to its end.
        """
        contents = self._contents
        if not isinstance(contents, FileContentsManager):
            return False
        file = contents._get_os_path(path)
        folder, name = os.path.split(file)
        if os.path.islink(file) or os.stat(file).st_nlink > 1 or not os.access(folder, os.W_OK):
            return False
        model = {"type": "notebook", "format": "json", "content": notebook}
        contents.run_pre_save_hooks(model=model, path=path)
        content = nbformat.from_dict(model["content"])
        contents.check_and_sign(content, path)
        handle, temporary = tempfile.mkstemp(prefix=".~", suffix=name, dir=folder)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as stream:
                nbformat.write(content, stream, version=nbformat.NO_CONVERT)
                stream.flush()
                os.fsync(stream.fileno())
            shutil.copymode(file, temporary)
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise
        contents.run_post_save_hooks(model=model, os_path=file)
        return True


def _shared_outputs(outputs):
    from pycrdt import Array, Map, Text

    return Array(
        [
            Map({**output, "text": Text(output["text"])} if output["output_type"] == "stream" else output)
            for output in outputs
        ]
    )
