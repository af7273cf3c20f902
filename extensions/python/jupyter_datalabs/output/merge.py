"""Puts what was kept into the cells of a notebook, without touching what its owner may have changed since."""


def _text(value):
    return "".join(value) if isinstance(value, list) else (value or "")


def plain(outputs):
    """Outputs in one form for comparison: text as one string, nothing that only a frontend adds."""
    result = []
    for output in outputs or []:
        output = {key: value for key, value in output.items() if key not in ("transient", "metadata")}
        if output.get("output_type") == "stream":
            output["text"] = _text(output.get("text"))
        if "data" in output:
            output["data"] = {
                key: _text(value) if isinstance(value, (str, list)) else value for key, value in output["data"].items()
            }
        result.append(output)
    return result


def is_beginning(part, whole):
    """Whether outputs are where others were a while before."""
    part, whole = plain(part), plain(whole)
    if not part:
        return True
    if len(part) > len(whole) or part[:-1] != whole[: len(part) - 1]:
        return False
    last, other = part[-1], whole[len(part) - 1]
    if last.get("output_type") == other.get("output_type") == "stream" and last["name"] == other["name"]:
        return other["text"].startswith(last["text"])
    return last == other


def find_cell(cells, record):
    """The code cell a record belongs to, or None.

    Notebooks before format 4.5 have no cell ids on disk: there the code decides, if only one cell has it.
    """
    for cell in cells:
        if cell.get("id") == record.cell_id:
            return cell if cell.get("cell_type") == "code" else None
    if any(cell.get("id") for cell in cells):
        return None
    same = [cell for cell in cells if cell.get("cell_type") == "code" and _text(cell.get("source")) == record.code]
    return same[0] if len(same) == 1 else None


def fill(cell, record):
    """Give a cell the outputs of a record. Returns whether that changed it."""
    before = (plain(cell.get("outputs")), cell.get("execution_count"))
    count = record.execution_count if record.finished is not None else None
    cell["outputs"] = record.outputs.render()
    cell["execution_count"] = count
    metadata = cell.setdefault("metadata", {})
    # Its owner ran it here: the same as when a browser runs it. Saving signs the notebook if that holds for all cells.
    metadata["trusted"] = True
    if record.timing is not None:
        metadata["execution"] = dict(record.timing)
    return before != (plain(cell["outputs"]), count)


def merge(notebook, records, saved_since):
    """Put records into a notebook.

    Parameters
    ----------
    notebook : dict
        In format 4; changed in place.
    records : list of Record
        In the order in which the cells were run.
    saved_since : callable
        Whether somebody saved the notebook after a record began. Then the file knows better which cells there are and
        what is in them; before, the code that ran is newer than the file.

    Returns
    -------
    bool
        Whether anything changed.
    """
    cells = notebook.setdefault("cells", [])
    changed = False
    previous = {}
    for record in records:
        cell = find_cell(cells, record)
        if cell is None:
            with_ids = (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)) >= (4, 5)
            if saved_since(record) or not with_ids or any(c.get("id") == record.cell_id for c in cells):
                record.persisted = True
                continue
            cell = {"cell_type": "code", "id": record.cell_id, "metadata": {}, "source": record.code}
            after = previous.get(record.owner)
            # The identity counts: cells with the same content are equal.
            at = next((index for index, c in enumerate(cells) if c is after), len(cells) - 1)
            cells.insert(at + 1, cell)
            changed = True
        elif _text(cell.get("source")) != record.code and not saved_since(record):
            cell["source"] = record.code
            changed = True
        previous[record.owner] = cell
        changed = fill(cell, record) or changed
    return changed


def complete(notebook, records):
    """Before a browser's save goes to disk: where it holds only the beginning of what was kept, put the rest in.

    Returns the records that were put in.
    """
    done = []
    for record in records:
        cell = find_cell(notebook.get("cells", []), record)
        if cell is None:
            continue
        whole = record.outputs.render()
        if record.adopted and not cell.get("outputs"):
            # That browser was shown the output: it has cleared it.
            continue
        if plain(cell.get("outputs")) != plain(whole) and is_beginning(cell.get("outputs"), whole):
            fill(cell, record)
            done.append(record)
    return done
