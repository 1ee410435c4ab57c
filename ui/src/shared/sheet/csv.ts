/** A table as a file that any spreadsheet opens. */

type Cell = string | number;

const quoted = (cell: Cell) => {
  const text = String(cell);
  // A spreadsheet takes these for the beginning of a formula; a number that is less than nothing is none.
  const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** Hand it to the reader as a file. */
export function save(name: string, rows: readonly (readonly Cell[])[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${csvOf(rows)}`], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
