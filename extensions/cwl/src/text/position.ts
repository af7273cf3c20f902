/** A place in a text: line and column from 1, the column in UTF-16 units, as editors count. */
export interface IPosition {
  line: number;
  column: number;
}
