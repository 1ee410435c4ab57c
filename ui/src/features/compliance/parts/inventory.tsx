import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, List, SegmentedControl, Select, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconDownload, IconSpeakerphone } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { dialingCallableInventory } from "@/shared/api/generated/calls";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { InventoryOut } from "@/shared/api/generated/model";
import { clockTime, number, shortDay } from "@/shared/time/format";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./inventory.module.css";
import { csv, days, depth, type Hour } from "./sheet";

const FRESH_MS = 10 * 60_000;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const TWO_DIGITS = (hour: number) => String(hour).padStart(2, "0");

/** How many people of a campaign become lawful to call, each hour of the next seven days. */
export function Inventory() {
  const { t } = useLingui();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const [wanted, setWanted] = useState<string | null>(null);
  const open = (campaigns.data ?? []).filter((one) => one.state !== "ended");
  const campaign = wanted ?? open.find((one) => one.state === "running")?.id ?? open[0]?.id ?? "";
  const found = useQuery({
    // A key of its own: a week of a long list takes its time, and every call that ends would begin it anew.
    queryKey: ["inventory", campaign],
    queryFn: () => dialingCallableInventory(campaign),
    staleTime: FRESH_MS,
    refetchOnWindowFocus: false,
    enabled: campaign !== "",
    placeholderData: keepPreviousData,
  });
  if (campaigns.data && open.length === 0) {
    return (
      <EmptyState icon={IconSpeakerphone}>
        <Trans>There is no campaign whose people could be called.</Trans>
      </EmptyState>
    );
  }
  return (
    <Stack>
      <Group align="flex-end">
        <Select
          allowDeselect={false}
          data={open.map((one) => ({ value: one.id, label: one.name }))}
          label={t`Campaign`}
          miw={280}
          onChange={setWanted}
          value={campaign || null}
        />
      </Group>
      <ProblemAlert error={campaigns.error ?? found.error} retry={() => void found.refetch()} />
      {found.data ? (
        <Sheet inventory={found.data} key={found.data.campaign} />
      ) : found.error ? null : (
        <>
          <Text aria-live="polite" c="dimmed" size="sm">
            <Trans>
              Every situation on the lists is ruled on hour by hour for a week. With tens of thousands of people this
              takes half a minute.
            </Trans>
          </Text>
          <Skeleton height={320} />
        </>
      )}
    </Stack>
  );
}

function Sheet({ inventory }: { inventory: InventoryOut }) {
  const { t } = useLingui();
  const [view, setView] = useState("sheet");
  const [chosen, setChosen] = useState(inventory.hours[0]?.at ?? "");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hours: readonly Hour[] = inventory.hours;
  const best = hours.reduce((most, one) => (one.callable > most.callable ? one : most), hours[0] as Hour);
  const shown = hours.find((one) => one.at === chosen) ?? (hours[0] as Hour);
  const total = inventory.total;
  const save = () => {
    const text = csv(hours, inventory.reasons, { at: t`At`, callable: t`May be called` });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/csv;charset=utf-8" }));
    link.download = `inventory-${inventory.campaign}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">
          <Trans>
            Of {number(total)} people, {number(hours[0]?.callable ?? 0)} may be called now; most,{" "}
            {number(best.callable)}, on {shortDay(best.at)} at {clockTime(best.at)}. Hours are those of {zone}.
          </Trans>
        </Text>
        <Group gap="xs">
          <SegmentedControl
            aria-label={t`How it is shown`}
            data={[
              { value: "sheet", label: t`Chart` },
              { value: "table", label: t`Table` },
            ]}
            onChange={setView}
            value={view}
          />
          <Button leftSection={<IconDownload aria-hidden size={16} />} onClick={save} variant="default">
            CSV
          </Button>
        </Group>
      </Group>
      {view === "sheet" ? (
        <>
          <Heat chosen={shown.at} hours={hours} onChoose={setChosen} total={total} zone={zone} />
          <HourDetail hour={shown} reasons={inventory.reasons} />
        </>
      ) : (
        <Table.ScrollContainer mah={520} minWidth={640}>
          <Table aria-label={t`Callable people by hour`} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`Hour`}</Table.Th>
                <Table.Th ta="right">{t`May be called`}</Table.Th>
                <Table.Th>{t`By zone`}</Table.Th>
                <Table.Th>{t`Barred, by first reason`}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {hours.map((one) => (
                <Table.Tr key={one.at}>
                  <Table.Td className="tabular nowrap">
                    {shortDay(one.at)} {clockTime(one.at)}
                  </Table.Td>
                  <Table.Td className="tabular" ta="right">
                    {number(one.callable)}
                  </Table.Td>
                  <Table.Td>{listed(Object.entries(one.by_zone))}</Table.Td>
                  <Table.Td>
                    {listed(inventory.reasons.map(({ code, sentence }) => [sentence, one.barred[code] ?? 0] as const))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function listed(rows: readonly (readonly [string, number])[]): string {
  return rows
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(" · ");
}

interface HeatProps {
  hours: readonly Hour[];
  total: number;
  zone: string;
  chosen: string;
  onChoose: (at: string) => void;
}

/** Days by hours; one cell holds the focus and the arrow keys walk. Colour only repeats what each cell says. */
function Heat({ hours, total, zone, chosen, onChoose }: HeatProps) {
  const { t } = useLingui();
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = days(hours, zone);

  function walk(event: KeyboardEvent<HTMLButtonElement>, day: number, hour: number): void {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = rows[day + (step[0] ?? 0)]?.hours[hour + (step[1] ?? 0)];
    if (!next) return;
    onChoose(next.at);
    body.current?.querySelector<HTMLButtonElement>(`[data-at="${next.at}"]`)?.focus();
  }

  return (
    <table aria-label={t`Callable people by day and hour`} className={`surface ${classes.sheet}`}>
      <thead>
        <tr>
          <th scope="col" style={{ width: 96 }}>
            <span className="visually-hidden">{t`Day`}</span>
          </th>
          {HOURS.map((hour) => (
            <th key={hour} scope="col">
              {TWO_DIGITS(hour)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, day) => (
          <tr key={row.day}>
            <th scope="row">{shortDay(`${row.day}T12:00:00`)}</th>
            {row.hours.map((one, hour) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a day has its hours in order
              <td key={hour}>
                {one ? (
                  <button
                    aria-label={t`${shortDay(one.at)} ${clockTime(one.at)}: ${number(one.callable)} of ${number(total)} may be called`}
                    aria-pressed={one.at === chosen}
                    className={classes.cell}
                    data-at={one.at}
                    data-depth={depth(one.callable, total)}
                    onClick={() => onChoose(one.at)}
                    onKeyDown={(event) => walk(event, day, hour)}
                    tabIndex={one.at === chosen ? 0 : -1}
                    type="button"
                  >
                    {short(one.callable)}
                  </button>
                ) : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** 1.2k: a cell is narrow. */
function short(count: number): string {
  return count < 1_000 ? number(count) : `${number(count / 1_000, count < 10_000 ? 1 : 0)}k`;
}

function HourDetail({ hour, reasons }: { hour: Hour; reasons: InventoryOut["reasons"] }) {
  const zones = Object.entries(hour.by_zone).sort((left, right) => right[1] - left[1]);
  const barred = reasons
    .map(({ code, sentence }) => ({ code, sentence, count: hour.barred[code] ?? 0 }))
    .filter((one) => one.count > 0)
    .sort((left, right) => right.count - left.count);
  return (
    <Stack aria-live="polite" className="surface" component="section" gap="xs" p="md">
      <Title order={2}>
        {shortDay(hour.at)} {clockTime(hour.at)}
      </Title>
      <Group align="flex-start" gap="xl">
        <div>
          <Text fw={600} size="sm">
            <Trans>May be called: {number(hour.callable)}</Trans>
          </Text>
          <List size="sm">
            {zones.map(([zone, count]) => (
              <List.Item key={zone}>
                {zone}: <span className="tabular">{number(count)}</span>
              </List.Item>
            ))}
          </List>
        </div>
        <div>
          <Text fw={600} size="sm">
            <Trans>Barred, by first reason</Trans>
          </Text>
          <List size="sm">
            {barred.map((one) => (
              <List.Item key={one.code}>
                {one.sentence} <span className="tabular">({number(one.count)})</span>
              </List.Item>
            ))}
          </List>
        </div>
      </Group>
    </Stack>
  );
}
