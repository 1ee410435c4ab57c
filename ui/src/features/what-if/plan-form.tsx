import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Collapse, Group, NumberInput, Select, SimpleGrid, Slider, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import type { PlanBase } from "@/shared/api/generated/model";
import { PlanKey, type Which } from "@/shared/plans/mark";
import { share } from "@/shared/time/format";
import { MODES, word } from "@/shared/trade/words";
import { Advice } from "./advice";
import type { Draft } from "./draft";

interface PlanFormProps {
  which: Which;
  name: string;
  draft: Draft;
  base: PlanBase;
  wrong: Readonly<Record<string, string>>;
  busy: boolean;
  actions?: ReactNode;
  change: (next: Partial<Draft>) => void;
  simulate: () => void;
}

/** One plan's controls. A number can be typed or moved; both by keyboard. */
export function PlanForm({ which, name, draft, base, wrong, busy, actions, change, simulate }: PlanFormProps) {
  const { t } = useLingui();
  const [more, show] = useDisclosure(false);
  const moreId = useId();
  const lawful = Math.min(100, base.law_cap * 100);
  const orders = [
    { value: "as_listed", label: t`As the list has them` },
    { value: "fresh_first", label: t`Never tried first` },
    { value: "tried_first", label: t`Tried before first` },
  ];
  return (
    <form
      aria-label={name}
      onSubmit={(event) => {
        event.preventDefault();
        simulate();
      }}
    >
      <Stack className="surface" gap="sm" p="sm">
        <Group justify="space-between">
          <PlanKey name={name} which={which} />
          {actions}
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Moved
            change={(seats) => change({ seats })}
            error={wrong.seats}
            label={t`Seats`}
            max={200}
            min={1}
            step={1}
            value={draft.seats}
          />
          <Moved
            change={(hours) => change({ hours })}
            decimals={2}
            error={wrong.hours}
            label={t`Hours`}
            max={12}
            min={0.5}
            step={0.5}
            value={draft.hours}
          />
          <TextInput
            error={wrong.starts}
            label={t`Dialling begins`}
            onChange={(event) => change({ starts: event.currentTarget.value })}
            type="datetime-local"
            value={draft.starts}
          />
          <Moved
            change={(cap) => change({ cap })}
            decimals={2}
            error={wrong.abandon_cap}
            label={t`Abandoned at most, %`}
            max={Math.max(1, Math.min(10, lawful))}
            min={0}
            note={base.law_cap < 1 ? t`The law allows ${share(base.law_cap)}.` : undefined}
            step={0.25}
            value={draft.cap}
          />
          <Select
            allowDeselect={false}
            data={["preview", "progressive", "ratio", "predictive"].map((mode) => ({
              value: mode,
              label: word(MODES, mode),
            }))}
            error={wrong.mode}
            label={t`Dial mode`}
            onChange={(mode) => mode && change({ mode })}
            value={draft.mode}
          />
          <Select
            allowDeselect={false}
            data={orders}
            error={wrong.order}
            label={t`Order of the list`}
            onChange={(order) => order && change({ order })}
            value={draft.order}
          />
          {draft.mode === "ratio" ? (
            <Moved
              change={(ratio) => change({ ratio })}
              decimals={2}
              error={wrong.ratio}
              label={t`Lines for each seat`}
              max={5}
              min={1}
              step={0.1}
              value={draft.ratio}
            />
          ) : null}
        </SimpleGrid>
        <Advice cap={draft.cap} campaign={base.campaign} seats={draft.seats} />
        <Button
          aria-controls={moreId}
          aria-expanded={more}
          onClick={show.toggle}
          size="compact-sm"
          variant="subtle"
          w="fit-content"
        >
          {more ? <Trans>Fewer settings</Trans> : <Trans>Prices and more settings</Trans>}
        </Button>
        <Collapse expanded={more} id={moreId}>
          <SimpleGrid cols={{ base: 2, sm: 3 }}>
            <Plain
              change={(seat_hour) => change({ seat_hour })}
              decimals={2}
              label={t`Price of a seat, an hour`}
              value={draft.seat_hour}
            />
            <Plain
              change={(minute) => change({ minute })}
              decimals={4}
              label={t`Price of a minute`}
              value={draft.minute}
            />
            <Plain change={(dial) => change({ dial })} decimals={4} label={t`Price of a dial`} value={draft.dial} />
            <Plain
              change={(penalty) => change({ penalty })}
              decimals={2}
              label={t`Penalty of a violation`}
              value={draft.penalty}
            />
            <Plain
              change={(ring_s_max) => change({ ring_s_max })}
              error={wrong.ring_s_max}
              label={t`Ring at most, s`}
              value={draft.ring_s_max}
            />
            <Plain
              change={(wrap_up_s) => change({ wrap_up_s })}
              error={wrong.wrap_up_s}
              label={t`Wrap-up at most, s`}
              value={draft.wrap_up_s}
            />
            <Plain
              change={(evenings) => change({ evenings })}
              error={wrong.evenings}
              label={t`Evenings`}
              value={draft.evenings}
            />
            <Plain
              change={(seed) => change({ seed })}
              error={wrong.seed}
              label={t`Seed of chance`}
              value={draft.seed}
            />
          </SimpleGrid>
        </Collapse>
        <Button leftSection={<IconPlayerPlay aria-hidden size={16} />} loading={busy} type="submit" w="fit-content">
          <Trans>Simulate {draft.evenings} evenings</Trans>
        </Button>
      </Stack>
    </form>
  );
}

interface MovedProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  decimals?: number;
  error?: string | undefined;
  note?: string | undefined;
  change: (value: number) => void;
}

function Moved({ label, value, min, max, step, decimals = 0, error, note, change }: MovedProps) {
  return (
    <div>
      <NumberInput
        decimalScale={decimals}
        description={note}
        error={error}
        label={label}
        onChange={(next) => typeof next === "number" && change(next)}
        step={step}
        value={value}
      />
      <Slider
        label={null}
        max={max}
        min={min}
        mt={6}
        onChange={change}
        step={step}
        thumbLabel={label}
        value={Math.min(max, Math.max(min, value))}
      />
    </div>
  );
}

function Plain({
  label,
  value,
  decimals = 0,
  error,
  change,
}: Pick<MovedProps, "label" | "value" | "decimals" | "error" | "change">) {
  return (
    <NumberInput
      decimalScale={decimals}
      error={error}
      label={label}
      min={0}
      onChange={(next) => typeof next === "number" && change(next)}
      value={value}
    />
  );
}
