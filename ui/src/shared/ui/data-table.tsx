import { useLingui } from "@lingui/react/macro";
import { Box, Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import classes from "./data-table.module.css";

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable; numbers by size, words in the reader's alphabet. */
  sortBy?: (row: Row) => string | number;
  align?: "left" | "right" | "center";
  width?: number | string;
}

interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Enter or a click on a row. */
  onOpen?: (row: Row) => void;
  /** What stands in place of the rows when there are none. */
  empty?: ReactNode;
  initialSort?: { id: string; down: boolean };
  maxHeight?: number | string;
  rowClassName?: (row: Row) => string | undefined;
}

/** A table one can walk with the arrow keys: up, down, Home, End, Enter. The header stays while the rows scroll. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, onOpen, empty, maxHeight, rowClassName } = props;
  const { i18n } = useLingui();
  const [sort, setSort] = useState(props.initialSort ?? null);
  const body = useRef<HTMLTableSectionElement>(null);

  const sorted = useMemo(() => {
    const by = columns.find((column) => column.id === sort?.id)?.sortBy;
    if (!by || !sort) return rows;
    const collator = new Intl.Collator(i18n.locale, { numeric: true, sensitivity: "base" });
    const turn = sort.down ? -1 : 1;
    return [...rows].sort((left, right) => {
      const a = by(left);
      const b = by(right);
      return turn * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)));
    });
  }, [rows, columns, sort, i18n.locale]);

  function walk(event: KeyboardEvent<HTMLTableRowElement>, row: Row): void {
    if (event.target !== event.currentTarget) return;
    const all = [...(body.current?.rows ?? [])];
    const at = all.indexOf(event.currentTarget);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      all[next]?.focus();
    } else if (event.key === "Enter" && onOpen) {
      event.preventDefault();
      onOpen(row);
    }
  }

  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <Box
      className={`surface ${classes.scroll}`}
      mah={maxHeight}
      tabIndex={maxHeight ? 0 : undefined}
      role={maxHeight ? "region" : undefined}
      aria-label={maxHeight ? label : undefined}
    >
      <Table
        aria-label={label}
        borderColor="var(--ahize-line)"
        highlightOnHover={Boolean(onOpen)}
        stickyHeader
        verticalSpacing={7}
      >
        <Table.Thead className={classes.head}>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                aria-sort={sort?.id === column.id ? (sort.down ? "descending" : "ascending") : undefined}
                key={column.id}
                ta={column.align}
                w={column.width}
              >
                {column.sortBy ? (
                  <UnstyledButton
                    className={classes.sort}
                    onClick={() => setSort({ id: column.id, down: sort?.id === column.id ? !sort.down : false })}
                  >
                    {column.header}
                    {sort?.id === column.id ? (
                      sort.down ? (
                        <IconArrowDown aria-hidden size={14} />
                      ) : (
                        <IconArrowUp aria-hidden size={14} />
                      )
                    ) : null}
                  </UnstyledButton>
                ) : (
                  column.header
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={body}>
          {sorted.map((row, index) => (
            <Table.Tr
              className={`${onOpen ? classes.open : ""} ${rowClassName?.(row) ?? ""}`}
              key={rowKey(row)}
              onClick={onOpen ? () => onOpen(row) : undefined}
              onKeyDown={(event) => walk(event, row)}
              tabIndex={index === 0 ? 0 : -1}
            >
              {columns.map((column) => (
                <Table.Td
                  key={column.id}
                  ta={column.align}
                  className={column.align === "right" ? "tabular" : undefined}
                >
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
