/** Rows go in and out as copies, as they would with a database. */
export class Table<Row extends object> {
  private rows: Row[] = [];

  insert(row: Row): void {
    this.rows.push(structuredClone(row));
  }
  find(test: (row: Row) => boolean): Row | null {
    const row = this.rows.find(test);
    return row ? structuredClone(row) : null;
  }
  filter(test: (row: Row) => boolean): Row[] {
    return structuredClone(this.rows.filter(test));
  }
  update(test: (row: Row) => boolean, change: (row: Row) => void): void {
    this.rows.filter(test).forEach(change);
  }
  remove(test: (row: Row) => boolean): number {
    const before = this.rows.length;
    this.rows = this.rows.filter(row => !test(row));
    return before - this.rows.length;
  }
}
