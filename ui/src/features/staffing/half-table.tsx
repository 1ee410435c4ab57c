import { Trans, useLingui } from "@lingui/react/macro";
import { NumberInput, ScrollArea, Table } from "@mantine/core";
import type { HalfHourIn, StaffingOut } from "@/shared/api/generated/model";
import { number, share } from "@/shared/time/format";
import { timeOf } from "./halves";
import classes from "./staffing.module.css";

interface HalfTableProps {
  halves: readonly HalfHourIn[];
  answer: StaffingOut | null;
  inbound: boolean;
  outbound: boolean;
  onChange: (halves: HalfHourIn[]) => void;
}

/** What is expected of each half hour, to be typed over, and beside it what that needs. */
export function HalfTable({ halves, answer, inbound, outbound, onChange }: HalfTableProps) {
  const { t } = useLingui();
  const needed = new Map(answer?.halves.map((row) => [row.half, row]));
  const put = (half: number, name: "calls" | "handle_s" | "talks", value: string | number) =>
    onChange(halves.map((one) => (one.half === half ? { ...one, [name]: Number(value) || 0 } : one)));

  return (
    <ScrollArea className="surface" type="auto">
      <Table aria-label={t`Half hours`} className={classes.halves} verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">
              <Trans>Half hour</Trans>
            </Table.Th>
            {inbound ? (
              <Table.Th scope="col" ta="right">
                <Trans>Callers</Trans>
              </Table.Th>
            ) : null}
            <Table.Th scope="col" ta="right">
              <Trans>Handle time, s</Trans>
            </Table.Th>
            {outbound ? (
              <Table.Th scope="col" ta="right">
                <Trans>Talks wanted</Trans>
              </Table.Th>
            ) : null}
            {inbound ? (
              <>
                <Table.Th scope="col" ta="right">
                  <Trans>Seats by Erlang-A</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>in time</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>hang up</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>busy</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>Seats played through</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>in time</Trans>
                </Table.Th>
              </>
            ) : null}
            {outbound ? (
              <Table.Th scope="col" ta="right">
                <Trans>Seats for dialling out</Trans>
              </Table.Th>
            ) : null}
            {inbound && outbound ? (
              <>
                <Table.Th scope="col" ta="right">
                  <Trans>Two groups</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>One group for both</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>in time</Trans>
                </Table.Th>
              </>
            ) : null}
            <Table.Th scope="col" ta="right">
              <Trans context="needed">Seats</Trans>
            </Table.Th>
            <Table.Th scope="col" ta="right">
              <Trans>On the schedule</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {halves.map((one) => {
            const row = needed.get(one.half);
            const time = timeOf(one.half);
            const asks = row !== undefined && one.calls > 0;
            return (
              <Table.Tr key={one.half}>
                <Table.Th className="tabular" fw={600} scope="row">
                  {time}
                </Table.Th>
                {inbound ? (
                  <Cell
                    label={t`Callers at ${time}`}
                    max={5000}
                    onChange={(value) => put(one.half, "calls", value)}
                    value={one.calls}
                  />
                ) : null}
                <Cell
                  label={t`Handle time at ${time}`}
                  max={7200}
                  min={1}
                  onChange={(value) => put(one.half, "handle_s", value)}
                  value={one.handle_s}
                />
                {outbound ? (
                  <Cell
                    label={t`Talks wanted at ${time}`}
                    max={5000}
                    onChange={(value) => put(one.half, "talks", value)}
                    value={one.talks}
                  />
                ) : null}
                {inbound ? (
                  <>
                    <Said strong>{asks ? number(row.erlang) : "–"}</Said>
                    <Said>{asks ? share(row.in_time) : "–"}</Said>
                    <Said>{asks ? share(row.abandons) : "–"}</Said>
                    <Said>{asks ? share(row.occupancy, 0) : "–"}</Said>
                    <Said strong>{asks ? number(row.played) : "–"}</Said>
                    <Said>
                      {asks ? (
                        <Trans>
                          {share(row.played_in_time, 0)} ({share(row.played_low, 0)} to {share(row.played_high, 0)})
                        </Trans>
                      ) : (
                        "–"
                      )}
                    </Said>
                  </>
                ) : null}
                {outbound ? <Said strong>{row ? number(row.outbound) : "–"}</Said> : null}
                {inbound && outbound ? (
                  <>
                    <Said>{row ? number(row.apart) : "–"}</Said>
                    <Said strong>{row?.blend ? number(row.blend.seats) : "–"}</Said>
                    <Said>{row?.blend ? share(row.blend.in_time, 0) : "–"}</Said>
                  </>
                ) : null}
                <Said strong>{row ? number(row.seats) : "–"}</Said>
                <Said strong>{row ? number(row.scheduled) : "–"}</Said>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

interface CellProps {
  label: string;
  value: number;
  min?: number;
  max: number;
  onChange: (value: string | number) => void;
}

function Cell({ label, value, min = 0, max, onChange }: CellProps) {
  return (
    <Table.Td className={classes.entry}>
      <NumberInput
        aria-label={label}
        decimalScale={1}
        hideControls
        max={max}
        min={min}
        onChange={onChange}
        size="xs"
        value={value}
      />
    </Table.Td>
  );
}

function Said({ children, strong }: { children: React.ReactNode; strong?: boolean }) {
  return (
    <Table.Td className="tabular nowrap" fw={strong ? 650 : 400} ta="right">
      {children}
    </Table.Td>
  );
}
