/// Reads a Parquet file through a Python process with pyarrow, which writes a JSON line a row.
///
/// Decimals, dates, times and binary data come as strings (binary that is no UTF-8 as base64);
/// NaN and infinities, which JSON does not have, as null.
func openParquet(path: String, python: String) throws(RecordsError) -> any ByteSource {
    let identity = try InputIdentity(path: path)
    let start = try PeekedBytes(FileBytes(path: path), count: 4).start
    guard start == Array("PAR1".utf8) else {
        throw RecordsError(
            .malformed, file: path, "is no Parquet file; it would start with 'PAR1'")
    }
    let ended = { () throws(RecordsError) in
        try identity.check(against: InputIdentity(path: path), file: path)
    }
    return try ProcessBytes(
        [python, "-c", parquetScript, path], file: path, ended: ended
    ) { status, errors in
        let lines = errors.split(separator: "\n")
        let reason = lines.last.map(String.init) ?? "it ended with status \(status)"
        guard status == 3 else {
            return RecordsError(.corrupt, file: path, "pyarrow cannot read it: \(reason)")
        }
        return RecordsError(
            .unsupported, file: path,
            "reading Parquet needs pyarrow, which \(python) does not have: pip install pyarrow")
    }
}

// Part of the program's text rather than a file beside it, so that the executable is all there is.
private let parquetScript = """
    import base64, datetime, decimal, json, math, sys, uuid
    try:
        import pyarrow, pyarrow.parquet
    except ImportError:
        sys.exit(3)

    def plain(value):
        if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
            return value.isoformat()
        if isinstance(value, bytes):
            try:
                return value.decode()
            except UnicodeDecodeError:
                return base64.b64encode(value).decode()
        if isinstance(value, (decimal.Decimal, datetime.timedelta, uuid.UUID)):
            return str(value)
        raise TypeError(f"values of type {type(value).__name__} have no form in JSON")

    def finite(value):
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, dict):
            return {name: finite(member) for name, member in value.items()}
        if isinstance(value, (list, tuple)):
            return [finite(element) for element in value]
        return value

    def rows(batch):
        try:
            return batch.to_pylist()
        except ValueError:
            # Python's times end at microseconds: columns of nanoseconds become texts.
            columns = [
                pyarrow.array([
                    None if value is None else value.replace(" ", "T")
                    for value in column.cast(pyarrow.string()).to_pylist()
                ]) if str(column.type).startswith("timestamp[ns") else column
                for column in batch.columns
            ]
            names = batch.schema.names
            return pyarrow.RecordBatch.from_arrays(columns, names=names).to_pylist()

    def text(row):
        return json.dumps(row, default=plain, allow_nan=False, separators=(",", ":"))

    try:
        for batch in pyarrow.parquet.ParquetFile(sys.argv[1]).iter_batches(batch_size=1024):
            lines = []
            for row in rows(batch):
                try:
                    lines.append(text(row))
                except ValueError:
                    lines.append(text(finite(row)))
            lines.append("")
            sys.stdout.write("\\n".join(lines))
        sys.stdout.flush()
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}".replace("\\n", " "))
        sys.exit(1)
    """
